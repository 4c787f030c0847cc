//! What happened in a story, line by line.

use std::fmt::Write;

use durable_jobs_runtime::Timestamp;

use super::{chaos::Plan, fault::Strike, odds::Place};
use crate::machine::BEGINNING;

/// A part of a story that can be left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    Step(u32),
    Strike(Place, Strike),
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) unit: Option<Unit>,
    pub(super) text: String,
}

/// A story that consists of these parts and no others.
pub(super) fn plan(units: &[Unit]) -> Plan {
    let steps = units.iter().filter_map(|unit| match unit {
        Unit::Step(step) => Some(*step),
        Unit::Strike(..) => None,
    });
    let strikes = units.iter().filter_map(|unit| match unit {
        Unit::Strike(place, strike) => Some((*place, *strike)),
        Unit::Step(_) => None,
    });
    Plan::Told {
        steps: steps.collect(),
        strikes: strikes.collect(),
    }
}

/// The story as text: for each line the time since its beginning.
pub(super) fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let millis = line.at.as_millis() - BEGINNING.as_millis();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:>10.3}s  {}", millis as f64 / 1000.0, line.text);
    }
    text
}

//! What was measured, as a table or as JSON lines.

use std::fs;

use serde::Serialize;

use crate::options::Format;

/// What a figure should reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    RatioAtLeast(f64),
    RatioAtMost(f64),
    ValueBelow(f64),
}

/// One measured figure beside its limit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) limit: Option<f64>,
    pub(crate) ratio: Option<f64>,
    #[serde(skip)]
    pub(crate) goal: Option<Goal>,
    #[serde(skip)]
    pub(crate) note: String,
}

impl Figure {
    /// A figure that stands alone.
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            limit: None,
            ratio: None,
            goal: None,
            note: String::new(),
        }
    }

    pub(crate) fn beside(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self.ratio = Some(self.value / limit);
        self
    }

    pub(crate) fn goal(mut self, goal: impl Into<Option<Goal>>) -> Self {
        self.goal = goal.into();
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn verdict(&self) -> String {
        let ratio = self.ratio.unwrap_or(f64::NAN);
        let (goal, is_met) = match self.goal {
            None => return String::new(),
            Some(Goal::RatioAtLeast(least)) => (format!("ratio >= {least}"), ratio >= least),
            Some(Goal::RatioAtMost(most)) => (format!("ratio <= {most}"), ratio <= most),
            Some(Goal::ValueBelow(bound)) => {
                (format!("< {bound} {}", self.unit), self.value < bound)
            }
        };
        format!("{goal}: {}", if is_met { "met" } else { "NOT met" })
    }
}

/// Prints figures as they come.
pub(crate) struct Report {
    format: Format,
}

impl Report {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    pub(crate) fn begin(&self) {
        print_load("before");
        if self.format == Format::Table {
            let (name, value, unit, limit, ratio) = ("name", "value", "unit", "limit", "ratio");
            println!("{name:<36} {value:>10} {unit:<7} {limit:>10} {ratio:>6}  goal");
        }
    }

    pub(crate) fn add(&mut self, figure: &Figure) {
        match self.format {
            Format::Table => println!("{}", row(figure)),
            Format::Json => match serde_json::to_string(figure) {
                Ok(line) => println!("{line}"),
                Err(error) => eprintln!("{}: {error}", figure.name),
            },
        }
    }

    pub(crate) fn end(&self) {
        print_load("after");
    }
}

fn row(figure: &Figure) -> String {
    let Figure {
        name,
        value,
        unit,
        note,
        ..
    } = figure;
    let limit = figure.limit.map_or_else(String::new, short);
    let ratio = figure
        .ratio
        .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let (value, verdict) = (short(*value), figure.verdict());
    let row =
        format!("{name:<36} {value:>10} {unit:<7} {limit:>10} {ratio:>6}  {verdict:<22} {note}");
    row.trim_end().to_owned()
}

/// Three digits say all that a shared machine can tell.
fn short(value: f64) -> String {
    match value.abs() {
        magnitude if magnitude >= 100.0 => format!("{value:.0}"),
        magnitude if magnitude >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Other work on the machine explains odd figures. Only Linux tells it this way.
fn print_load(when: &str) {
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        eprintln!("load averages {when}: {}", load.trim_end());
    }
}

//! What an event costs, early and late in its batch.

use std::time::Duration;

use durable_jobs::Host;

use super::{folder, host};
use crate::{
    Failure,
    drive::{Until, drive},
    jobs::{TallyClient, Webhook},
    options::Options,
    report::{Figure, Goal, Report},
    stats::median,
};

const CALLERS: usize = 32;
/// Events that are timed together: each caller adds two.
const WINDOW: usize = 64;
const EARLY: usize = 10;
const LATE: usize = 10_000;
/// Events of one call while a batch is filled.
const CHUNK: usize = 500;

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    if !options.wants("batch_event_10_cost") && !options.wants("batch_event_10000_cost") {
        return Ok(());
    }
    let folder = folder(options)?;
    let host = host(&folder, "host.db").await?;
    fill(&host, "late", LATE - 1).await?;
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for window in 0..options.effort.windows {
        let young = format!("early-{window}");
        fill(&host, &young, EARLY - 1).await?;
        early.push(window_cost(&host, &young).await?);
        late.push(window_cost(&host, "late").await?);
    }
    host.shutdown().await;
    let (early, late) = (median(&mut early), median(&mut late));
    report.add(&Figure::new("batch_event_10_cost", early, "us"));
    let late = Figure::new("batch_event_10000_cost", late, "us")
        .beside(early)
        .goal(Goal::RatioAtMost(1.2))
        .note("limit: the 10th event");
    report.add(&late);
    Ok(())
}

/// Adds so many events to a batch.
async fn fill(host: &Host, id: &str, events: usize) -> Result<(), Failure> {
    let tallies = TallyClient::new(host);
    for first in (0..events).step_by(CHUNK) {
        let chunk = (first..events.min(first + CHUNK)).map(|number| Webhook::new(number as u64));
        tallies.add_many(id, chunk).await?;
    }
    Ok(())
}

/// Microseconds for each of the next events of a batch.
async fn window_cost(host: &Host, id: &str) -> Result<f64, Failure> {
    let make_caller = || {
        let (tallies, id) = (TallyClient::new(host), id.to_owned());
        move |number| add(tallies.clone(), id.clone(), number)
    };
    let driven = drive(CALLERS, Until::Calls(WINDOW), make_caller).await?;
    Ok(micros(driven.elapsed) / driven.calls as f64)
}

async fn add(tallies: TallyClient, id: String, number: usize) -> Result<(), Failure> {
    tallies.add(&id, Webhook::new(number as u64)).await?;
    Ok(())
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000_000.0
}

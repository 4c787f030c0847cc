//! Very many timers that lie far ahead, and how late those are that come soon.

use std::time::Duration;

use super::{
    folder,
    lateness::{host, set},
    memory::resident_megabytes,
};
use crate::{
    Failure,
    drive::{Until, drive},
    jobs::{AlarmClient, moment},
    options::Options,
    report::{Figure, Goal, Report},
    stats::percentile,
};

const NAME: &str = "pending_timers";

/// How far ahead the many lie.
const FAR: Duration = Duration::from_hours(24);

/// As many come soon.
const SOON: usize = 100;

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    let timers = options.effort.pending;
    if !options.wants(NAME) {
        return Ok(());
    }
    let folder = folder(options)?;
    let (host, runs) = host(&folder).await?;
    let before = resident_megabytes().unwrap_or_default();
    let far = moment(FAR);
    let make_caller = || {
        let alarms = AlarmClient::new(&host);
        move |number| {
            let alarms = alarms.clone();
            async move {
                alarms.send(&format!("far-{number}"), far).await?;
                Ok(())
            }
        }
    };
    drive(256, Until::Calls(timers), make_caller).await?;
    let grown = resident_megabytes().unwrap_or_default() - before;
    let soon: Vec<_> = (1..=SOON as u32)
        .map(|number| moment(Duration::from_secs(1)) + Duration::from_millis(20) * number)
        .collect();
    set(&host, &soon).await?;
    let mut late = runs.collect(SOON).await;
    host.shutdown().await;
    let note = format!("{timers} timers a day ahead");
    report.add(&Figure::new(format!("{NAME}_memory"), grown, "MB").note(note.clone()));
    let p50 = percentile(&mut late, 0.5);
    report.add(
        &Figure::new(format!("{NAME}_p50_lateness"), p50, "ms")
            .goal(Goal::ValueBelow(5.0))
            .note(note),
    );
    Ok(())
}

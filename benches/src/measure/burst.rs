//! Many timers due at the same moment.

use std::time::Duration;

use durable_jobs::Timestamp;

use super::{
    folder,
    lateness::{collect, host, set},
};
use crate::{
    Failure,
    jobs::moment,
    options::Options,
    raw::{Limit, Written},
    report::{Figure, Goal, Report},
};

const NAME: &str = "timer_10000_at_once_runs";
const TIMERS: usize = 10_000;

/// How long before they are due they are all set.
const LEAD: Duration = Duration::from_secs(3);

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    if !options.wants(NAME) {
        return Ok(());
    }
    let folder = folder(options)?;
    let (host, runs) = host(&folder).await?;
    let dues: Vec<Timestamp> = vec![moment(LEAD); TIMERS];
    set(&host, &dues).await?;
    let before = host.commit_statistics();
    let late = collect(runs, TIMERS).await;
    let path = host.path().to_owned();
    host.settled().await;
    let after = host.commit_statistics();
    host.shutdown().await;
    let seconds = late.iter().copied().fold(0.0, f64::max) / 1_000.0;
    let commits = (after.batches - before.batches) as usize;
    let group = commits as f64 / (after.groups - before.groups).max(1) as f64;
    let raw_path = folder.path().join("limit.db");
    let (raw, _) = tokio::task::spawn_blocking(move || {
        Limit::new(&path, &raw_path, Written::Changes)?.write(commits, group)
    })
    .await??;
    let figure = Figure::new(NAME, TIMERS as f64 / seconds, "/s")
        .beside(TIMERS as f64 / raw.as_secs_f64())
        .goal(Goal::ValueAtLeast(50_000.0))
        .note(format!("group {group:.1}, two commits each"));
    report.add(&figure);
    Ok(())
}

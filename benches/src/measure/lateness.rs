//! How late handlers begin, beside a thread that sleeps until the same moments.

use std::{thread, time::Duration};

use durable_jobs::{Host, Timestamp};
use tempfile::TempDir;

use super::folder;
use crate::{
    Failure,
    drive::{Until, drive},
    jobs::{Alarm, AlarmClient, Lateness, millis_after, moment},
    options::Options,
    report::{Figure, Goal, Report},
    stats::percentile,
};

/// How long before the first timer is due they are all set.
const LEAD: Duration = Duration::from_secs(1);

/// How long after a timer the thread beside it is due, so that neither wakes the other's processor.
const BESIDE: Duration = Duration::from_millis(9);

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    if options.wants("timer_idle_p50_lateness") || options.wants("timer_idle_p99_lateness") {
        let spread = Duration::from_millis(23);
        let mut late = Lates::measure(options, options.effort.timers, spread).await?;
        let (p50, p99) = (Goal::ValueBelow(2.0), Goal::ValueBelow(10.0));
        report.add(&late.figure("timer_idle_p50_lateness", 0.5).goal(p50));
        report.add(&late.figure("timer_idle_p99_lateness", 0.99).goal(p99));
    }
    if options.wants("timer_1000_in_1s_p50_lateness")
        || options.wants("timer_1000_in_1s_p99_lateness")
    {
        let mut late = Lates::measure(options, 1_000, Duration::from_millis(1)).await?;
        report.add(&late.figure("timer_1000_in_1s_p50_lateness", 0.5));
        report.add(&late.figure("timer_1000_in_1s_p99_lateness", 0.99));
    }
    Ok(())
}

/// How late runs and a sleeping thread were, in milliseconds.
struct Lates {
    runs: Vec<f64>,
    sleeps: Vec<f64>,
}

impl Lates {
    async fn measure(options: &Options, timers: usize, spread: Duration) -> Result<Self, Failure> {
        let folder = folder(options)?;
        let (host, runs) = host(&folder).await?;
        let first = moment(LEAD);
        let dues: Vec<_> = (0..timers)
            .map(|number| first + spread * number as u32)
            .collect();
        set(&host, &dues).await?;
        let sleeper = thread::spawn(move || dues.into_iter().map(sleep_until).collect());
        let runs = runs.collect(timers).await;
        let sleeps = tokio::task::spawn_blocking(move || sleeper.join())
            .await?
            .map_err(|_| "the sleeping thread panicked")?;
        host.shutdown().await;
        Ok(Self { runs, sleeps })
    }

    fn figure(&mut self, name: &str, share: f64) -> Figure {
        Figure::new(name, percentile(&mut self.runs, share), "ms")
            .beside(percentile(&mut self.sleeps, share))
            .note("limit: a sleeping thread")
    }
}

/// A host whose only job reports its lateness.
pub(super) async fn host(folder: &TempDir) -> Result<(Host, Lateness), Failure> {
    let reported = Lateness::default();
    let host = Host::open(folder.path().join("host.db"))
        .env(reported.clone())
        .job::<Alarm>()
        .start()
        .await?;
    Ok((host, reported))
}

/// Sets one timer for each of these moments.
pub(super) async fn set(host: &Host, dues: &[Timestamp]) -> Result<(), Failure> {
    let make_caller = || {
        let (alarms, dues) = (AlarmClient::new(host), dues.to_owned());
        move |number| {
            let due = dues.get(number).copied().unwrap_or_default();
            set_one(alarms.clone(), number, due)
        }
    };
    drive(64, Until::Calls(dues.len()), make_caller).await?;
    Ok(())
}

async fn set_one(alarms: AlarmClient, number: usize, due: Timestamp) -> Result<(), Failure> {
    alarms.send(&format!("alarm-{number}"), due).await?;
    Ok(())
}

fn sleep_until(due: Timestamp) -> f64 {
    let due = due + BESIDE;
    let ahead = -millis_after(due);
    thread::sleep(Duration::from_secs_f64(ahead.max(0.0) / 1_000.0));
    millis_after(due)
}

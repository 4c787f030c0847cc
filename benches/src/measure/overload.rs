//! Ten times as many calls as can be written: what is acknowledged, what is refused, what it costs, how it ends.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use durable_jobs::{ClientError, Host};
use tokio::task::JoinSet;

use super::{calls::add, folder, host, memory::resident_megabytes};
use crate::{
    Failure,
    drive::{Driven, Until, drive},
    jobs::{TallyClient, Webhook},
    options::Options,
    report::{Figure, Goal, Report},
};

const NAME: &str = "overload_10x";

/// Over so many instances the calls are spread.
const INSTANCES: usize = 1_000;

/// Callers who wait for each answer: what they get through is what the host can sustain.
const CALLERS: usize = 256;

/// How long that is measured.
const CALM: Duration = Duration::from_secs(2);

/// How often calls begin, as many as are due by then.
const TICK: Duration = Duration::from_millis(2);

/// The most calls that are on their way to the host.
const MOST_UNASKED: u64 = 10_000;

/// How long it may take until calls take no longer than before.
const LONGEST_RECOVERY: Duration = Duration::from_secs(60);

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    if !options.wants(NAME) {
        return Ok(());
    }
    let folder = folder(options)?;
    let host = host(&folder, "host.db").await?;
    let mut calm = calls_for(&host, CALM).await?;
    let usual = calm.wait(0.5);
    let before = resident_megabytes().unwrap_or_default();
    let flood = Flood::default();
    let begun = Instant::now();
    let (offered, ended) = flood
        .run(&host, 10.0 * calm.per_second(), options.effort.overload)
        .await;
    let seconds = begun.elapsed().as_secs_f64();
    let recovery = recover(&host, usual, ended).await?;
    let lost = flood.taken() + calm.calls as u64 + recovery.calls;
    let lost = lost as f64 - held(&host).await? as f64;
    host.shutdown().await;
    let figure = |name: &str, value, unit| Figure::new(format!("{NAME}_{name}"), value, unit);
    let acknowledged = flood.acknowledged.load(Ordering::Relaxed) as f64;
    let refused = flood.refused.load(Ordering::Relaxed) as f64;
    report.add(
        &figure("acknowledged", acknowledged / seconds, "/s")
            .beside(calm.per_second())
            .note("limit: the rate of callers who wait"),
    );
    let offered = offered.max(1) as f64;
    report.add(
        &figure("refused", refused / offered, "of all").note(format!(
            "{:.1} times the limit offered",
            offered / seconds / calm.per_second()
        )),
    );
    report.add(
        &figure(
            "other_errors",
            flood.failed.load(Ordering::Relaxed) as f64,
            "calls",
        )
        .goal(Goal::ValueBelow(1.0)),
    );
    report.add(&figure("acknowledged_and_lost", lost, "calls").goal(Goal::ValueBelow(1.0)));
    report.add(
        &figure("memory", flood.most_megabytes() - before, "MB").goal(Goal::ValueBelow(1_000.0)),
    );
    report.add(&figure("recovery", recovery.after.as_secs_f64(), "s").goal(Goal::ValueBelow(10.0)));
    Ok(())
}

async fn calls_for(host: &Host, duration: Duration) -> Result<Driven, Failure> {
    let make_caller = || {
        let tallies = TallyClient::new(host);
        move |number| add(tallies.clone(), number, INSTANCES)
    };
    drive(CALLERS, Until::Passed(duration), make_caller).await
}

/// Calls that begin whatever has become of those before.
#[derive(Clone, Default)]
struct Flood {
    acknowledged: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
    failed: Arc<AtomicU64>,
    kilobytes: Arc<AtomicU64>,
    /// Calls that the host has been asked.
    asked: Arc<AtomicU64>,
}

impl Flood {
    /// Begins `rate` calls a second for so long, and waits until all have ended. Answers how many there were, and when the last one began.
    /// Where the processors are too busy to begin that many, it begins as many as they can: those that have not asked the
    /// host yet take memory that is not the host's.
    async fn run(&self, host: &Host, rate: f64, duration: Duration) -> (u64, Instant) {
        let (begun, mut offered) = (Instant::now(), 0);
        let mut calls = JoinSet::new();
        let mut ticks = tokio::time::interval(TICK);
        while begun.elapsed() < duration {
            ticks.tick().await;
            let due = (begun.elapsed().as_secs_f64() * rate) as u64;
            let due = due.min(self.asked.load(Ordering::Relaxed) + MOST_UNASKED);
            for number in offered..due {
                calls.spawn(self.clone().call(TallyClient::new(host), number));
            }
            offered = due;
            while calls.try_join_next().is_some() {}
            self.note_memory();
        }
        let ended = Instant::now();
        while calls.join_next().await.is_some() {}
        (offered, ended)
    }

    async fn call(self, tallies: TallyClient, number: u64) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let id = format!("contact-{}", number % INSTANCES as u64);
        let counter = match tallies.add(&id, Webhook::new(number)).await {
            Ok(_) => &self.acknowledged,
            Err(ClientError::Overloaded { .. }) => &self.refused,
            Err(_) => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn note_memory(&self) {
        let megabytes = resident_megabytes().unwrap_or_default();
        self.kilobytes
            .fetch_max((megabytes * 1_024.0) as u64, Ordering::Relaxed);
    }

    fn most_megabytes(&self) -> f64 {
        self.kilobytes.load(Ordering::Relaxed) as f64 / 1_024.0
    }

    fn taken(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }
}

/// How calls took their usual time again.
struct Recovery {
    after: Duration,
    calls: u64,
}

/// Calls as before, until that takes less than twice as long as before.
async fn recover(host: &Host, usual_ms: f64, ended: Instant) -> Result<Recovery, Failure> {
    let mut calls = 0;
    loop {
        let after = ended.elapsed();
        let mut driven = calls_for(host, Duration::from_millis(200)).await?;
        calls += driven.calls as u64;
        if driven.wait(0.5) < 2.0 * usual_ms || after > LONGEST_RECOVERY {
            return Ok(Recovery { after, calls });
        }
    }
}

/// The events that all instances hold.
async fn held(host: &Host) -> Result<u64, Failure> {
    let tallies = TallyClient::new(host);
    let mut events = 0;
    for number in 0..INSTANCES {
        events += tallies
            .status(&format!("contact-{number}"))
            .await?
            .event_count;
    }
    Ok(events)
}

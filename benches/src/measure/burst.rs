//! Many timers due at the same moment.

use std::time::{Duration, Instant};

use durable_jobs::Host;
use tempfile::TempDir;

use super::{
    calls::in_thread,
    folder,
    lateness::{host, set},
};
use crate::{
    Failure, cpu,
    jobs::{Lateness, moment},
    options::Options,
    raw::{Limit, Written},
    report::{Figure, Goal, Report},
};

const TIMERS: usize = 10_000;

/// How long before they are due they are all set.
const LEAD: Duration = Duration::from_secs(3);

/// Where the instances are when their timers are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Burst {
    /// In memory, most of them.
    AtOnce,
    /// In the file: the host was not there, and is started when all are due.
    AfterRestart,
}

/// A host with timers, and the moment from which their runs count.
struct Ready {
    host: Host,
    runs: Lateness,
    from: Instant,
}

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    for burst in [Burst::AtOnce, Burst::AfterRestart] {
        if options.wants(burst.name()) {
            report.add(&burst.take_turn(options).await?);
        }
    }
    Ok(())
}

impl Burst {
    fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "timer_10000_at_once_runs",
            Self::AfterRestart => "timer_10000_after_restart_runs",
        }
    }

    fn goal(self) -> Option<Goal> {
        (self == Self::AtOnce).then_some(Goal::ValueAtLeast(50_000.0))
    }

    async fn take_turn(self, options: &Options) -> Result<Figure, Failure> {
        let folder = folder(options)?;
        let Ready { host, runs, from } = self.prepare(&folder).await?;
        let (before, ran) = (host.commit_statistics(), cpu::of_process());
        runs.collect(TIMERS).await;
        let seconds = from.elapsed().as_secs_f64();
        let path = host.path().to_owned();
        host.settled().await;
        let ran = cpu::of_process().zip(ran);
        let after = host.commit_statistics();
        host.shutdown().await;
        let commits = (after.batches - before.batches) as usize;
        let group = commits as f64 / (after.groups - before.groups).max(1) as f64;
        let raw_path = folder.path().join("limit.db");
        let (raw, raw_ran) = in_thread(move || {
            Limit::new(&path, &raw_path, Written::Changes)?.write(commits, group)
        })
        .await?;
        let ran = ran.map(|(now, before)| now - before).zip(raw_ran);
        let cpu = ran.map_or_else(String::new, |(host, limit)| {
            let [host, limit] = [host, limit].map(|micros| micros / TIMERS as f64);
            format!(", cpu {host:.1} and {limit:.1} us")
        });
        let figure = Figure::new(self.name(), TIMERS as f64 / seconds, "/s")
            .beside(TIMERS as f64 / raw.as_secs_f64())
            .goal(self.goal())
            .note(format!("group {group:.1}, two commits each{cpu}"));
        Ok(figure)
    }

    async fn prepare(self, folder: &TempDir) -> Result<Ready, Failure> {
        let (due, from) = (moment(LEAD), Instant::now() + LEAD);
        let (first, runs) = host(folder).await?;
        set(&first, &vec![due; TIMERS]).await?;
        if self == Self::AtOnce {
            let host = first;
            return Ok(Ready { host, runs, from });
        }
        first.shutdown().await;
        tokio::time::sleep_until(from.into()).await;
        let from = Instant::now();
        let (host, runs) = host(folder).await?;
        Ok(Ready { host, runs, from })
    }
}

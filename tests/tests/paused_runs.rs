//! A continuous job that is paused and resumed while a run of it goes on: what it tells, and what follows.

use std::{sync::Arc, time::Duration};

use durable_jobs::prelude::*;
use durable_jobs_runtime::telemetry::Happening;
use durable_jobs_testing::TestHost;
use tokio::sync::Notify;

/// Each run waits until the test lets it end.
#[continuous(every = "1h")]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Slow {
    runs: u32,
}

impl Continuous for Slow {
    type Env = Arc<Notify>;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        ctx.env().notified().await;
        self.runs += 1;
        Ok(Next::Scheduled)
    }
}

/// A host on which a run goes on.
async fn running() -> (TestHost, SlowClient, Arc<Notify>) {
    let end = Arc::new(Notify::new());
    let host = TestHost::new(Arc::clone(&end));
    let host = host.job::<Slow>().start().await.expect("one job");
    let slow = SlowClient::new(&host);
    slow.start("a", Slow { runs: 0 }).await.expect("it starts");
    host.advance(Duration::ZERO).await;
    (host, slow, end)
}

fn count(host: &TestHost, wanted: &Happening) -> usize {
    let told = host.telemetry();
    told.iter().filter(|told| told.happening == *wanted).count()
}

#[tokio::test]
async fn a_pause_during_a_run_is_told_once_and_kept_to() {
    let (host, slow, end) = running().await;
    slow.pause("a").await.unwrap();
    assert_eq!(count(&host, &Happening::Paused), 1);
    end.notify_one();
    host.advance("3h").await;
    assert_eq!(count(&host, &Happening::Paused), 1);
    assert_eq!(slow.status("a").await.unwrap().status, Status::Paused);
    assert_eq!(slow.state("a").await.unwrap(), Some(Slow { runs: 1 }));
}

#[tokio::test]
async fn a_run_during_which_its_job_is_paused_and_resumed_is_not_repeated() {
    let (host, slow, end) = running().await;
    let begun = host.now();
    slow.pause("a").await.unwrap();
    slow.resume("a").await.unwrap();
    assert_eq!(count(&host, &Happening::Resumed), 1);
    end.notify_one();
    host.advance("10m").await;
    assert_eq!(slow.state("a").await.unwrap(), Some(Slow { runs: 1 }));
    let next = slow.status("a").await.unwrap().next_run_at;
    assert_eq!(next, Some(begun + Duration::from_hours(1)));
    end.notify_one();
    host.advance("50m").await;
    assert_eq!(slow.state("a").await.unwrap(), Some(Slow { runs: 2 }));
}

//! What the test host itself promises to whoever writes a test.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

mod time;

use std::{
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    time::Duration,
};

use durable_jobs::prelude::*;
use durable_jobs_runtime::{ClientError, StorageFault, telemetry::Happening};
use durable_jobs_testing::{RanOutcome, Span, TestHost, block_on};

/// A door that a test opens, and handlers wait at.
#[derive(Clone, Default)]
struct Door(Arc<Mutex<(bool, Vec<Waker>)>>);

impl Door {
    fn open(&self) {
        let mut door = self.0.lock().unwrap();
        door.0 = true;
        door.1.drain(..).for_each(Waker::wake);
    }

    async fn pass(&self) {
        std::future::poll_fn(|context| {
            let mut door = self.0.lock().unwrap();
            if door.0 {
                return Poll::Ready(());
            }
            door.1.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Runs every half hour, fails on demand, and keeps the random numbers that it was given.
#[continuous(
    every = "30m",
    retry(max_attempts = 2, backoff = "fixed", base = "10s", jitter)
)]
#[derive(Serialize, Deserialize)]
struct Ticker {
    failing: bool,
    numbers: Vec<u64>,
}

impl Ticker {
    fn new() -> Self {
        Self {
            failing: false,
            numbers: Vec::new(),
        }
    }
}

impl Continuous for Ticker {
    type Env = Door;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        if self.failing {
            return Err("asked to fail".into());
        }
        self.numbers.push(ctx.rng().u64(..));
        ctx.emit("ticked", self.numbers.len());
        Ok(Next::Scheduled)
    }
}

/// Waits at the door.
#[task]
#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    inside: bool,
}

impl Task for Visitor {
    type Event = u64;
    type Env = Door;

    async fn on_event(&mut self, seconds: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        ctx.schedule(Duration::from_secs(seconds));
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        ctx.env().pass().await;
        self.inside = true;
        Ok(())
    }
}

async fn host(seed: u64) -> (TestHost, Door) {
    let door = Door::default();
    let builder = TestHost::new(door.clone())
        .job::<Ticker>()
        .job::<Visitor>()
        .seed(seed);
    (builder.start().await.unwrap(), door)
}

#[test]
fn an_advance_runs_what_is_due_in_order_and_says_so() {
    block_on(async {
        let (host, door) = host(0).await;
        door.open();
        let begun = host.now();
        let tickers = TickerClient::new(&host);
        for id in ["b", "a"] {
            tickers.start(id, Ticker::new()).await.unwrap();
        }
        VisitorClient::new(&host).send("v", 60).await.unwrap();
        let ran = host.advance("30m").await;
        let told: Vec<_> = ran
            .iter()
            .map(|ran| (ran.due_at.since(begun), ran.instance.as_str()))
            .collect();
        let expected = [
            ("0s", "continuous:Ticker:a"),
            ("0s", "continuous:Ticker:b"),
            ("1m", "task:Visitor:v"),
            ("30m", "continuous:Ticker:a"),
            ("30m", "continuous:Ticker:b"),
        ];
        assert_eq!(told, expected.map(|(due, name)| (due.duration(), name)));
        assert!(ran.iter().all(|ran| ran.succeeded() && ran.attempt == 1));
        assert_eq!(host.now(), begun + "30m".duration());
        assert_eq!(host.advance("29m 59s").await, []);
    });
}

#[test]
fn failed_attempts_are_told_with_their_error() {
    block_on(async {
        let (host, _) = host(0).await;
        let failing = Ticker {
            failing: true,
            numbers: Vec::new(),
        };
        TickerClient::new(&host).start("a", failing).await.unwrap();
        let ran = host.advance("1m").await;
        assert_eq!(
            ran.iter().map(|ran| ran.attempt).collect::<Vec<_>>(),
            [1, 2]
        );
        let RanOutcome::Failed { error, .. } = &ran[0].outcome else {
            panic!("{ran:?}")
        };
        assert_eq!(&**error, "asked to fail");
    });
}

/// A story in which chance plays a part: jitter, `ctx.rng()`, incarnations.
fn story(seed: u64) -> (Vec<u64>, String) {
    block_on(async {
        let (host, _) = host(seed).await;
        let tickers = TickerClient::new(&host);
        tickers
            .start(
                "failing",
                Ticker {
                    failing: true,
                    numbers: Vec::new(),
                },
            )
            .await
            .unwrap();
        tickers.start("a", Ticker::new()).await.unwrap();
        host.advance("3h").await;
        let numbers = tickers.state("a").await.unwrap().unwrap().numbers;
        (numbers, format!("{:?}", host.telemetry()))
    })
}

#[test]
fn one_seed_gives_one_story() {
    assert_eq!(story(42), story(42));
    assert_ne!(story(42), story(43));
    assert_eq!(story(42).0.len(), 7);
}

#[test]
fn a_handler_that_waits_for_the_world_goes_on_when_it_is_driven_again() {
    block_on(async {
        let (host, door) = host(0).await;
        let visitors = VisitorClient::new(&host);
        visitors.send("v", 60).await.unwrap();
        assert_eq!(host.advance("1h").await, []);
        door.open();
        let ran = host.advance("0s").await;
        assert_eq!(ran.len(), 1);
        assert!(visitors.state("v").await.unwrap().unwrap().state.inside);
    });
}

#[test]
fn a_door_opened_by_another_thread_wakes_the_caller() {
    block_on(async {
        let (host, door) = host(0).await;
        let visitors = VisitorClient::new(&host);
        visitors.send("v", 3600).await.unwrap();
        let opener = std::thread::Builder::new()
            .spawn(move || door.open())
            .unwrap();
        assert!(visitors.trigger("v").await.unwrap().triggered);
        opener.join().unwrap();
    });
}

#[test]
fn what_is_stored_can_be_seen() {
    block_on(async {
        let (host, _) = host(0).await;
        let begun = host.now();
        VisitorClient::new(&host).send("v", 90).await.unwrap();
        let names: Vec<_> = host.instances().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["task:Visitor:v"]);
        assert_eq!(host.timers()["task:Visitor:v"], begun + "90s".duration());
        let rows = host.rows("task:Visitor:v").unwrap();
        assert_eq!(rows.row.state.as_deref(), Some(r#"{"inside":false}"#));
        assert!(host.rows("task:Visitor:w").is_none());
        assert!(matches!(host.telemetry()[0].happening, Happening::Started));
    });
}

#[test]
fn a_crash_before_a_commit_loses_the_step_and_one_after_it_only_the_answer() {
    block_on(async {
        let (host, _) = host(0).await;
        let visitors = VisitorClient::new(&host);
        host.crash_before_commit(1);
        let lost = visitors.send("before", 1).await;
        assert!(matches!(lost, Err(ClientError::OutcomeUnknown { .. })));
        let down = visitors.send("down", 1).await;
        assert!(matches!(down, Err(ClientError::ShuttingDown { .. })));
        host.restart().await.unwrap();
        host.crash_after_commit(1);
        let unknown = visitors.send("after", 1).await;
        assert!(matches!(unknown, Err(ClientError::OutcomeUnknown { .. })));
        assert_eq!(host.telemetry(), [], "nobody was told");
        host.restart().await.unwrap();
        assert!(visitors.state("before").await.unwrap().is_none());
        assert!(visitors.state("after").await.unwrap().is_some());
    });
}

#[test]
fn failed_commits_are_answered_and_leave_nothing() {
    block_on(async {
        let (host, _) = host(0).await;
        let visitors = VisitorClient::new(&host);
        host.fail_commits(1, StorageFault::Full);
        let refused = visitors.send("v", 1).await.unwrap_err();
        assert!(matches!(refused, ClientError::Storage { .. }), "{refused}");
        assert!(visitors.state("v").await.unwrap().is_none());
        assert!(visitors.send("v", 1).await.unwrap().created);
    });
}

#[test]
fn held_commits_hold_answers_back_until_they_are_released() {
    block_on(async {
        let (host, _) = host(0).await;
        let visitors = VisitorClient::new(&host);
        host.hold_commits();
        let mut send = Box::pin(visitors.send("v", 1));
        let first_look =
            std::future::poll_fn(|context| Poll::Ready(send.as_mut().poll(context))).await;
        assert!(first_look.is_pending());
        assert_eq!(host.instances(), []);
        host.release_commits();
        assert!(send.await.unwrap().created);
        assert_eq!(host.instances().len(), 1);
    });
}

#[test]
fn jobs_of_one_name_are_refused_at_the_start() {
    block_on(async {
        let refused = TestHost::new(Door::default())
            .job::<Ticker>()
            .job::<Ticker>()
            .start()
            .await;
        assert!(refused.unwrap_err().to_string().contains("Ticker"));
    });
}

#[test]
#[should_panic(expected = "is not a duration")]
fn a_mistaken_span_is_named() {
    let _ = "3 fortnights".duration();
}

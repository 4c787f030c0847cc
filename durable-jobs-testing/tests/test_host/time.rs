//! Steps of time: the smallest, those up to a time, and those until nothing is left.

use durable_jobs::prelude::*;
use durable_jobs_testing::{Span, TestHost, block_on};

use super::{Door, Ticker, TickerClient, VisitorClient, host};

#[test]
fn run_until_idle_ends_when_nothing_is_left() {
    block_on(async {
        let (host, door) = host(0).await;
        door.open();
        let begun = host.now();
        VisitorClient::new(&host).send("v", 90).await.unwrap();
        assert_eq!(host.run_until_idle().await.unwrap().len(), 1);
        assert_eq!(
            host.now(),
            begun + "90s".duration(),
            "the clock stands at the last timer"
        );
    });
}

/// Sets its timer so often.
#[task]
#[derive(Default, Serialize, Deserialize)]
struct Countdown {
    left: u32,
}

impl Task for Countdown {
    type Event = u32;
    type Env = Door;

    async fn on_event(&mut self, runs: u32, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.left = runs;
        ctx.schedule(Duration::from_secs(1));
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.left -= 1;
        if self.left > 0 {
            ctx.schedule(Duration::from_secs(1));
        }
        Ok(())
    }
}

#[test]
fn run_until_idle_wakes_an_instance_a_thousand_times() {
    block_on(async {
        for runs in [999, 1_000, 1_001] {
            let builder = TestHost::new(Door::default()).job::<Countdown>();
            let host = builder.start().await.unwrap();
            let countdowns = CountdownClient::new(&host);
            countdowns.send("a", runs).await.unwrap();
            let ended = host.run_until_idle().await;
            match runs {
                1_001 => {
                    let never = ended.unwrap_err();
                    assert_eq!((never.wakes, never.ran.len()), (1_000, 1_000));
                    let told = never.to_string();
                    assert!(told.starts_with("task:Countdown:a is never idle"), "{told}");
                    assert_eq!(countdowns.state("a").await.unwrap().unwrap().state.left, 1);
                    assert_eq!(host.advance("1s").await.len(), 1, "it can go on");
                }
                runs => assert_eq!(ended.unwrap().len() as u32, runs),
            }
        }
    });
}

#[test]
fn a_job_that_recurs_is_never_idle_and_is_named() {
    block_on(async {
        let (host, _) = host(0).await;
        let tickers = TickerClient::new(&host);
        tickers.start("a", Ticker::new()).await.unwrap();
        let never = host.run_until_idle().await.unwrap_err();
        assert_eq!(never.instance, "continuous:Ticker:a");
    });
}

#[test]
fn a_tick_lets_happen_what_is_due_next_and_nothing_else() {
    block_on(async {
        let (host, door) = host(0).await;
        door.open();
        let begun = host.now();
        assert_eq!(host.tick().await, None);
        assert_eq!(host.now(), begun);
        let visitors = VisitorClient::new(&host);
        for (id, seconds) in [("later", 60), ("sooner", 59), ("last", 61)] {
            visitors.send(id, seconds).await.unwrap();
        }
        for (id, due) in [("sooner", "59s"), ("later", "60s"), ("last", "61s")] {
            let tick = host.tick().await.unwrap();
            assert_eq!(tick.at, begun + due.duration());
            assert_eq!(tick.woke, Some(format!("task:Visitor:{id}")));
            assert_eq!(tick.ran.len(), 1);
            assert_eq!(tick.ran[0].instance, format!("task:Visitor:{id}"));
            assert_eq!(host.now(), tick.at);
        }
        assert_eq!(host.tick().await, None);
    });
}

#[test]
fn a_tick_lets_a_handler_go_on_whose_wait_has_ended() {
    block_on(async {
        let (host, door) = host(0).await;
        let visitors = VisitorClient::new(&host);
        visitors.send("v", 60).await.unwrap();
        visitors.send("w", 90).await.unwrap();
        let tick = host.tick().await.unwrap();
        assert_eq!(
            (tick.woke.as_deref(), tick.ran.len()),
            (Some("task:Visitor:v"), 0)
        );
        door.open();
        let tick = host.tick().await.unwrap();
        assert_eq!((tick.woke, tick.ran.len()), (None, 1));
        assert_eq!(tick.at, host.now());
        assert!(!visitors.state("w").await.unwrap().unwrap().state.inside);
    });
}

#[test]
fn a_transcript_is_the_same_in_every_run() {
    let told = |seed| {
        block_on(async {
            let (host, _) = host(seed).await;
            let tickers = TickerClient::new(&host);
            let failing = Ticker {
                failing: true,
                numbers: Vec::new(),
            };
            tickers.start("a", failing).await.unwrap();
            tickers.start("b", Ticker::new()).await.unwrap();
            let ran = host.advance("1h").await;
            (host.transcript(), serde_json::to_string(&ran).unwrap())
        })
    };
    assert_eq!(told(7), told(7));
    assert_ne!(told(7).0, told(8).0, "jitter is drawn from the seed");
    let first = "2025-01-01T00:00:00.000Z continuous:Ticker:a job.started\n";
    assert!(told(7).0.starts_with(first), "{}", told(7).0);
}

#[test]
fn advance_to_stops_at_its_time() {
    block_on(async {
        let (host, door) = host(0).await;
        door.open();
        VisitorClient::new(&host).send("v", 60).await.unwrap();
        let due = host.now() + "60s".duration();
        let before = due - Duration::from_millis(1);
        assert_eq!(host.advance_to(before).await, []);
        assert_eq!(host.now(), before);
        assert_eq!(host.advance_to(due).await.len(), 1);
        assert_eq!(host.advance_to(before).await, []);
        assert_eq!(host.now(), due, "it does not step back");
    });
}

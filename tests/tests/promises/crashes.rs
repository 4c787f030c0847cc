//! Promises 1 to 5: what a crash, a bad disk or a lost timer may do.

use std::collections::BTreeSet;

use durable_jobs_runtime::{ClientError, StorageFault, Timestamp, wire::Status};
use durable_jobs_testing::{
    Span, block_on,
    conformance::{
        Act, Facts, begin,
        fixtures::{basket::Item, ledger::Command, ticker::Ticker},
    },
};

use super::{Crash, Stage};

/// More than any of the stories below commits.
const COMMITS: u32 = 24;

fn event(number: u64) -> Command {
    match number % 2 {
        0 => Command::Note(number.to_string()),
        _ => Command::In(60 * number),
    }
}

impl Stage {
    /// State, counters, timers and event ids of the task belong to one and the same step.
    async fn check_task(&self, begun: Timestamp) {
        let status = self.insist(async || self.ledgers.status("a").await).await;
        let known = status.event_count;
        let notes: Vec<_> = (1..=known)
            .filter(|n| n % 2 == 0)
            .map(|n| n.to_string())
            .collect();
        let timer = (1..=known)
            .rfind(|n| n % 2 == 1)
            .map(|n| begun + Span::duration("1m") * n as u32);
        let state = self.insist(async || self.ledgers.state("a").await).await;
        assert_eq!(state.is_some(), known > 0);
        if let Some(state) = state {
            assert_eq!(state.state.notes, notes);
            assert_eq!(state.scheduled_at, timer);
        }
        assert_eq!(self.host.timers().get("task:Retried:a").copied(), timer);
        let stored = self
            .host
            .rows("task:Retried:a")
            .map_or(0, |rows| rows.event_ids.len());
        assert_eq!(
            stored as u64, known,
            "an event and its id are remembered together"
        );
    }

    /// Events, counters, timers and event ids of the batch belong to one and the same step.
    async fn check_batch(&self, begun: Timestamp) {
        let status = self.insist(async || self.baskets.status("a").await).await;
        let rows = self.host.rows("debounce:Counted:a");
        let events = rows.as_ref().map_or(0, |rows| rows.events.len());
        assert_eq!(status.event_count, events as u64);
        assert_eq!(events, rows.as_ref().map_or(0, |rows| rows.event_ids.len()));
        let window = (events > 0).then(|| begun + "5s".duration());
        assert_eq!(
            self.host.timers().get("debounce:Counted:a").copied(),
            window
        );
        assert_eq!(rows.is_some(), events > 0, "no half-made instance");
    }

    /// The state of the recurring job and its next slot belong to one and the same step.
    async fn check_recurring(&self, begun: Timestamp) {
        let Some(state) = self.insist(async || self.tickers.state("a").await).await else {
            return;
        };
        let status = self.insist(async || self.tickers.status("a").await).await;
        if status.status == Status::Waiting {
            let next = begun + "1h".duration() * u32::try_from(state.count).unwrap();
            assert_eq!(status.next_run_at, Some(next));
            assert_eq!(status.run_count, state.count);
        }
    }
}

#[test]
fn promise_1_one_commit_per_step() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let begun = stage.host.now();
            crash.plan(&stage.host);
            for number in 1..=4 {
                let id = number.to_string();
                stage
                    .insist(async || stage.ledgers.send_once("a", &id, event(number)).await)
                    .await;
                stage.check_task(begun).await;
            }
            for number in 1..=2 {
                let id = number.to_string();
                let item = async || stage.baskets.add_once("a", &id, Item::Put(number)).await;
                stage.insist(item).await;
                stage.check_batch(begun).await;
            }
            stage
                .insist(async || stage.tickers.start("a", Ticker::from(0)).await)
                .await;
            for _ in 0..4 {
                stage.advance("30m").await;
                stage.check_recurring(begun).await;
            }
        });
    }
}

#[test]
fn promise_2_acknowledged_means_durable() {
    block_on(async {
        let stage = Stage::new().await;
        stage.host.hold_commits();
        let mut start = begin(stage.tickers.start("a", Ticker::from(0))).await;
        let mut add = begin(stage.baskets.add("a", Item::Put(1))).await;
        let mut send = begin(stage.ledgers.send("a", Command::In(1))).await;
        let mut read = begin(stage.baskets.state("a")).await;
        stage.host.advance("1h").await;
        assert!(!start.answered().await, "a reply left before its commit");
        assert!(!add.answered().await, "a reply left before its commit");
        assert!(!send.answered().await, "a reply left before its commit");
        assert!(
            !read.answered().await,
            "a reply tells of what is not durable"
        );
        assert_eq!(stage.world.runs("a"), [], "a run began before its commit");
        assert_eq!(
            stage.host.telemetry(),
            [],
            "an event left before its commit"
        );

        stage.host.crash();
        assert!(matches!(
            start.answer().await,
            Err(ClientError::OutcomeUnknown { .. })
        ));
        assert!(matches!(
            add.answer().await,
            Err(ClientError::OutcomeUnknown { .. })
        ));
        assert!(matches!(
            send.answer().await,
            Err(ClientError::OutcomeUnknown { .. })
        ));
        stage.host.restart().await.unwrap();
        assert_eq!(stage.host.instances(), []);

        stage.tickers.start("a", Ticker::from(7)).await.unwrap();
        stage.baskets.add("a", Item::Put(1)).await.unwrap();
        stage
            .ledgers
            .send("a", Command::Note("kept".to_owned()))
            .await
            .unwrap();
        stage.host.restart().await.unwrap();
        assert_eq!(stage.tickers.state("a").await.unwrap().unwrap().count, 7);
        assert_eq!(stage.baskets.state("a").await.unwrap().unwrap().items, [1]);
        assert_eq!(
            stage.ledgers.state("a").await.unwrap().unwrap().state.notes,
            ["kept"]
        );
    });
    a_run_begins_after_its_mark();
}

fn a_run_begins_after_its_mark() {
    block_on(async {
        let stage = Stage::new().await;
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        stage.host.hold_commits();
        stage.host.advance("1m").await;
        assert_eq!(
            stage.world.runs("a"),
            [],
            "a run began before its mark was kept"
        );
        stage.host.release_commits();
        assert_eq!(stage.world.runs("a").len(), 1);
    });
}

/// The items of the runs that succeeded, when the first runs did what `script` says.
fn processed(stage: &Stage, script: &[Act]) -> BTreeSet<u64> {
    let runs = stage.world.runs("a").into_iter().enumerate();
    let succeeded = runs.filter(|(run, _)| !matches!(script.get(*run), Some(Act::Fail)));
    let items = succeeded.map(|(_, run)| run.state["items"].clone());
    items
        .flat_map(|items| serde_json::from_value::<Vec<u64>>(items).unwrap())
        .collect()
}

/// The items that are still stored.
fn kept(stage: &Stage) -> Vec<u64> {
    let events = stage
        .host
        .rows("debounce:Counted:a")
        .map(|rows| rows.events)
        .unwrap_or_default();
    let items = events
        .iter()
        .map(|row| serde_json::from_str(&row.event).unwrap());
    items
        .filter_map(|item| {
            if let Item::Put(item) = item {
                Some(item)
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn promise_3_nothing_acknowledged_is_lost() {
    let script = [
        Act::Fail,
        Act::Succeed,
        Act::Fail,
        Act::Fail,
        Act::Fail,
        Act::Fail,
    ];
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            stage.world.script("a", script.clone());
            crash.plan(&stage.host);
            for number in 1..=10 {
                let id = number.to_string();
                let item = async || stage.baskets.add_once("a", &id, Item::Put(number)).await;
                stage.insist(item).await;
                stage.advance("2s").await;
            }
            // Twice, because the host may be down for all of the first hour.
            stage.advance("1h").await;
            stage.advance("1h").await;
            let status = stage.baskets.status("a").await.unwrap();
            let parked = status.status == Status::Parked;
            assert!(parked || status.event_count == 0, "{crash:?}: {status:?}");
            let mut safe = processed(&stage, &script);
            safe.extend(kept(&stage));
            assert_eq!(safe, (1..=10).collect(), "{crash:?}: parked with its batch");
            while !kept(&stage).is_empty() {
                stage.insist(async || stage.baskets.flush("a").await).await;
                stage.advance("1h").await;
            }
            assert_eq!(processed(&stage, &script), (1..=10).collect(), "{crash:?}");
            let last = stage.world.runs("a").pop().unwrap();
            assert!(
                matches!(
                    last.facts,
                    Facts::Debounce {
                        total_events: 10,
                        ..
                    }
                ),
                "{crash:?}: {last:?}"
            );
        });
    }
}

#[test]
fn promise_4_never_stuck() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            for id in ["ticker", "basket", "ledger"] {
                stage.world.script(id, [Act::Fail, Act::Fail]);
            }
            crash.plan(&stage.host);
            stage
                .insist(async || stage.tickers.start("ticker", Ticker::from(0)).await)
                .await;
            stage
                .insist(async || stage.baskets.add_once("basket", "1", Item::Put(1)).await)
                .await;
            stage
                .insist(async || stage.ledgers.send_once("ledger", "1", Command::In(9)).await)
                .await;
            for _ in 0..24 {
                stage.advance("15m").await;
            }
            let runs = stage.tickers.state("ticker").await.unwrap().unwrap().count;
            assert!((6..=7).contains(&runs), "{crash:?}: {runs} runs in 6 hours");
            assert_eq!(
                stage.baskets.status("basket").await.unwrap().flush_count,
                1,
                "{crash:?}"
            );
            assert_eq!(
                stage.ledgers.status("ledger").await.unwrap().execute_count,
                1,
                "{crash:?}"
            );
        });
    }
    a_run_that_kills_its_host_is_given_up();
    a_lost_timer_is_found_again();
    a_failing_disk_is_survived();
}

/// Its attempt is recorded before it runs.
fn a_run_that_kills_its_host_is_given_up() {
    block_on(async {
        let stage = Stage::new().await;
        stage.world.script("a", std::iter::repeat_n(Act::Wait, 5));
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        for _ in 0..20 {
            stage.host.advance("1m").await;
            stage.host.restart().await.unwrap();
        }
        assert_eq!(stage.world.runs("a").len(), 5, "its attempts end");
        stage.advance("1h").await;
        assert_eq!(
            stage.tickers.state("a").await.unwrap().unwrap().count,
            1,
            "and it goes on"
        );
    });
}

/// Timers are rows, and are read at every start.
fn a_lost_timer_is_found_again() {
    block_on(async {
        let stage = Stage::new().await;
        stage.ledgers.send("a", Command::In(60)).await.unwrap();
        stage.host.lose_next_wake();
        stage.host.advance("1h").await;
        assert_eq!(stage.world.runs("a"), []);
        stage.host.restart().await.unwrap();
        stage.advance("0s").await;
        assert_eq!(stage.world.runs("a").len(), 1);
    });
}

fn a_failing_disk_is_survived() {
    for commits in 1..=6 {
        block_on(async {
            let stage = Stage::new().await;
            stage.tickers.start("a", Ticker::from(0)).await.unwrap();
            stage.host.fail_commits(commits, StorageFault::Full);
            let refused = stage.ledgers.send("a", Command::In(60)).await.unwrap_err();
            assert!(matches!(refused, ClientError::Storage { .. }), "{refused}");
            assert_eq!(
                stage.ledgers.status("a").await.unwrap().status,
                Status::NotFound
            );
            stage.host.advance("2h").await;
            let runs = stage.tickers.state("a").await.unwrap().unwrap().count;
            assert!(
                (2..=3).contains(&runs),
                "{runs} runs in 2 hours after {commits} failed commits"
            );
        });
    }
}

#[test]
fn promise_5_at_least_once_and_it_says_so() {
    block_on(async {
        let stage = Stage::new().await;
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        // The mark of the attempt is the next commit, its result the one after.
        stage.host.crash_before_commit(2);
        stage.host.advance("0s").await;
        assert_eq!(stage.world.runs("a").len(), 1, "it had run");
        stage.host.restart().await.unwrap();
        stage.advance("90m").await;
        stage
            .insist(async || stage.tickers.terminate("a", "x").await)
            .await;
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        stage.advance("0s").await;

        let runs = stage.world.runs("a");
        let told: Vec<_> = runs
            .iter()
            .map(|run| (run.run_count, run.attempt))
            .collect();
        assert_eq!(told, [(1, 1), (1, 2), (2, 1), (1, 1)]);
        let keys: Vec<_> = runs.iter().map(|run| &run.idempotency_key).collect();
        assert_eq!(keys[0], keys[1], "the repetition says that it is one");
        let different: BTreeSet<_> = keys.into_iter().collect();
        assert_eq!(
            different.len(),
            3,
            "the next run and the next life are no repetitions"
        );
    });
}

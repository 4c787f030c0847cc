//! How many rows are written, which is what is billed: the table of docs/cloudflare.md.

use std::time::Duration;

use durable_jobs_runtime::{
    continuous::{Continuous, ContinuousClient, Next},
    debounce::{DebounceClient, Which},
    queue::{Envelope, QueueClient},
    task::TaskClient,
    wire::Status,
};
use durable_jobs_testing::conformance::{
    Act,
    fixtures::{
        agenda::{Agenda, Bell, Entry, Planned},
        basket::{Basket, Buried, Item, Quiet, Replaced, Windowed},
        clerk::{Clerk, Line, Order},
        keeper::{Keeper, Kept},
        ledger::{Command, Ledger, Retried},
        letter::{Letter, Triple},
        ticker::{Hourly, LaterHourly, Ticker},
    },
};
use durable_jobs_tests_cloudflare::{Live, block_on, until};

use crate::PATIENCE;

const HOUR: Duration = Duration::from_secs(3600);

/// Counts the rows that are written while something is done.
pub(crate) struct Meter<'a> {
    live: &'a Live,
    read: u64,
}

impl<'a> Meter<'a> {
    pub(crate) async fn new(live: &'a Live) -> Self {
        let mut meter = Self { live, read: 0 };
        meter.since().await;
        meter
    }

    /// Rows written since this was asked last.
    pub(crate) async fn since(&mut self) -> u64 {
        let answer = self.live.post("/rows", "localhost", "").await;
        let total: u64 = answer.body.parse().expect("a number");
        total - std::mem::replace(&mut self.read, total)
    }
}

#[test]
fn an_event_of_a_debounce_job_costs_one_row() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        // Its window does not end meanwhile.
        let baskets = DebounceClient::<Basket<Replaced>>::new(&live);

        baskets.add("a", Item::Put(0)).await.unwrap();
        assert_eq!(meter.since().await, 7, "add, first of an id");
        for number in 1..40 {
            baskets.add("a", Item::Put(number)).await.unwrap();
            assert_eq!(meter.since().await, 1, "event {number}");
        }
        baskets.add_once("a", "id-1", Item::Put(40)).await.unwrap();
        assert_eq!(meter.since().await, 4, "add_once, first of an id");
        baskets.add_once("a", "id-2", Item::Put(41)).await.unwrap();
        assert_eq!(meter.since().await, 2);
        baskets.status("a").await.unwrap();
        baskets.state("a").await.unwrap();
        assert_eq!(meter.since().await, 0);

        assert!(baskets.flush("a").await.unwrap().flushed);
        assert_eq!(meter.since().await, 7, "flush by a call, of 42 events");
        baskets.add("a", Item::Put(42)).await.unwrap();
        assert_eq!(meter.since().await, 3, "add, first of a batch");
        baskets.terminate("a", "done").await.unwrap();
        assert_eq!(meter.since().await, 5, "terminate, with an event");
    });
}

#[test]
fn a_flush_by_its_window_costs_three_rows() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let baskets = DebounceClient::<Basket<Windowed>>::new(&live);
        baskets.add("a", Item::Put(0)).await.unwrap();
        assert_eq!(meter.since().await, 7, "add, first of an id");
        let flushed = async || baskets.status("a").await.unwrap().flush_count == 1;
        until(PATIENCE, "the flush is stored", flushed).await;
        assert_eq!(meter.since().await, 3, "flush, of 1 event");
    });
}

#[test]
fn a_scheduled_run_of_a_continuous_job_costs_three_rows() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;

        let later = ContinuousClient::<Ticker<LaterHourly>>::new(&live);
        later.start("a", Ticker::from(0)).await.unwrap();
        assert_eq!(meter.since().await, 4, "start, first of an id");
        later.trigger("a").await.unwrap();
        assert_eq!(meter.since().await, 5, "trigger with its run");

        let tickers = ContinuousClient::<Ticker<Hourly>>::new(&live);
        let mut costs = Vec::new();
        for runs in [1, 6] {
            let id = &runs.to_string();
            script_runs(&live, id, runs);
            tickers.start(id, Ticker::from(0)).await.unwrap();
            until_at_rest(&tickers, id, runs).await;
            costs.push(meter.since().await);
        }
        assert_eq!(costs[1] - costs[0], 5 * 3, "{costs:?}");
    });
}

#[test]
fn a_run_that_is_kept_costs_one_row_more() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let keepers = ContinuousClient::<Keeper<Kept>>::new(&live);
        let mut costs = Vec::new();
        // The history is full from the third run on.
        for runs in [4, 9] {
            let id = &runs.to_string();
            script_runs(&live, id, runs);
            keepers.start(id, Keeper::noted("")).await.unwrap();
            keepers.trigger(id).await.unwrap();
            until_at_rest(&keepers, id, runs).await;
            costs.push(meter.since().await);
        }
        assert_eq!(costs[1] - costs[0], 5 * 4, "{costs:?}");
    });
}

/// Lets an instance run so often, 20 ms after each other, and then not for an hour.
fn script_runs(live: &Live, id: &str, runs: u64) {
    let soon = Act::Next(Next::After(Duration::from_millis(20)));
    let acts = (1..runs).map(|_| soon.clone());
    let later = [Act::Next(Next::After(HOUR))];
    live.world().script(id, acts.chain(later));
}

async fn until_at_rest<J: Continuous>(jobs: &ContinuousClient<J>, id: &str, runs: u64) {
    let done = async || {
        let status = jobs.status(id).await.expect("an answer");
        let (last, next) = (status.last_run_at, status.next_run_at);
        let rests = last
            .zip(next)
            .is_some_and(|(last, next)| next.since(last) > HOUR / 2);
        status.run_count == runs && rests
    };
    until(PATIENCE, "the last run is stored", done).await;
}

#[test]
fn an_event_of_a_task_costs_one_row() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let ledgers = TaskClient::<Ledger<Retried>>::new(&live);
        ledgers
            .send("a", Command::Note("first".into()))
            .await
            .unwrap();
        assert_eq!(meter.since().await, 3, "send, first of an id");
        for number in 2..20 {
            ledgers
                .send("a", Command::Note(number.to_string()))
                .await
                .unwrap();
            assert_eq!(meter.since().await, 1, "event {number}");
        }
    });
}

#[test]
fn a_message_costs_three_rows_if_a_run_writes_it_and_five_if_an_event_does() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let clerks = TaskClient::<Clerk>::new(&live);
        let ledgers = TaskClient::<Ledger<Retried>>::new(&live);
        let mut events = 0;
        let mut cost = async |lines: usize, order: fn(Vec<Line>) -> Order| {
            let note = || Line::Note("l".to_owned(), "a note".to_owned());
            let lines: Vec<Line> = std::iter::repeat_with(note).take(lines).collect();
            events += lines.len() as u64;
            let expected = events;
            clerks.send("c", order(lines)).await.unwrap();
            let arrived = async || ledgers.status("l").await.unwrap().event_count == expected;
            until(PATIENCE, "the message arrives", arrived).await;
            let idle = async || {
                let status = clerks.status("c").await.unwrap();
                status.status == Status::Idle
            };
            until(PATIENCE, "the run is stored", idle).await;
            // The alarm by which the message would have been found comes.
            pause(Duration::from_millis(1500)).await;
            meter.since().await
        };
        // The first one makes tables.
        cost(1, Order::Execute).await;
        let without = cost(0, Order::Execute).await;
        let with = cost(1, Order::Execute).await;
        let taken = 1;
        assert_eq!(with - without, 2 + 1 + taken, "written by a run");
        let many = cost(50, Order::Execute).await;
        assert_eq!(many - without, 2 + 50 * (1 + taken), "50 at once");
        let without = cost(0, Order::Write).await;
        let with = cost(1, Order::Write).await;
        assert_eq!(with - without, 4 + 1 + taken, "written by an event");
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "the platform's alarm is in real time"
)]
async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[test]
fn an_event_that_moves_a_deadline_costs_one_row() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let baskets = DebounceClient::<Basket<Quiet>>::new(&live);
        baskets.add("a", Item::Put(0)).await.unwrap();
        assert_eq!(meter.since().await, 7, "add, first of an id");
        for number in 1..5 {
            baskets.add("a", Item::Put(number)).await.unwrap();
            assert_eq!(meter.since().await, 1, "event {number}");
        }
        let flushed = async || baskets.status("a").await.unwrap().flush_count == 1;
        until(PATIENCE, "it is quiet", flushed).await;
        // The first timer comes before the batch is due, unless it is late.
        let (look, flush) = (2, 3);
        let rows = meter.since().await;
        assert!([flush, look + flush].contains(&rows), "{rows}");
    });
}

#[test]
fn what_happens_to_a_batch_costs_few_rows() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let baskets = DebounceClient::<Basket<Replaced>>::new(&live);
        let event = |item: u64| (item.to_string(), Item::Put(item));
        baskets
            .add_many_once("a", (0..40).map(event))
            .await
            .unwrap();
        meter.since().await;
        for updated in [0, 20, 39] {
            let (id, item) = event(updated);
            baskets.add_once("a", &id, item).await.unwrap();
            let rows = meter.since().await;
            assert!(rows <= 2, "update of event {updated}: {rows}");
        }

        live.world().script("b", [Act::Fail]);
        let baskets = DebounceClient::<Basket<Buried>>::new(&live);
        baskets.add("b", Item::Put(1)).await.unwrap();
        baskets.flush("b").await.unwrap();
        baskets.add("b", Item::Put(2)).await.unwrap();
        baskets.clear("b").await.unwrap();
        meter.since().await;
        baskets.retry_dead("b", Which::All).await.unwrap();
        let retried = async || baskets.status("b").await.unwrap().flush_count == 1;
        until(PATIENCE, "the dead letter is flushed", retried).await;
        let rows = meter.since().await;
        assert!(
            rows <= 8,
            "asked for, claimed, deleted, with its history: {rows}"
        );
    });
}

#[test]
fn several_timers_of_a_task_cost_no_row_of_their_own() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let agendas = TaskClient::<Agenda<Planned>>::new(&live);
        let all = [
            (Bell::Remind, 3600),
            (Bell::Expire, 7200),
            (Bell::Archive, 9000),
        ];
        agendas.send("a", Entry::In(all.to_vec())).await.unwrap();
        assert_eq!(
            meter.since().await,
            4,
            "send, first of an id, with its alarm"
        );
        for (bell, seconds) in [(Bell::Expire, 8000), (Bell::Archive, 7000)] {
            let moved = Entry::In(vec![(bell, seconds)]);
            agendas.send("a", moved).await.unwrap();
            assert_eq!(meter.since().await, 1, "{bell:?}");
        }
        agendas
            .send("a", Entry::Cancel(Bell::Expire))
            .await
            .unwrap();
        agendas.send("a", Entry::Look).await.unwrap();
        assert_eq!(meter.since().await, 2);
        agendas.history("a", 10).await.unwrap();
        agendas.status("a").await.unwrap();
        assert_eq!(meter.since().await, 0);
    });
}

#[test]
fn a_history_costs_one_row_for_each_attempt() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let agendas = TaskClient::<Agenda<Planned>>::new(&live);
        let ledgers = TaskClient::<Ledger<Retried>>::new(&live);
        agendas.send("a", Entry::Look).await.unwrap();
        let note = Command::Note("first".into());
        ledgers.send("a", note).await.unwrap();
        for _ in 0..4 {
            agendas.trigger("a").await.unwrap();
            ledgers.trigger("a").await.unwrap();
        }
        meter.since().await;
        agendas.trigger("a").await.unwrap();
        let with = meter.since().await;
        ledgers.trigger("a").await.unwrap();
        let without = meter.since().await;
        assert_eq!(with, without + 1, "of a history that is full");
    });
}

#[test]
fn a_message_of_a_queue_costs_its_row_and_its_share_of_an_alarm() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let letters = QueueClient::<Letter<Triple>>::new(&live);
        let later = Envelope::new(Letter::new(0)).delay(HOUR);
        letters.enqueue("a", later).await.unwrap();
        assert_eq!(meter.since().await, 7, "enqueue, first of an id");
        letters.pause("a").await.unwrap();
        assert_eq!(meter.since().await, 1, "pause");
        for number in 1..=6 {
            letters.enqueue("a", Letter::new(number)).await.unwrap();
            assert_eq!(meter.since().await, 2, "message {number}");
        }
        let letter = Envelope::new(Letter::new(7)).id("id-7");
        letters.enqueue("a", letter).await.unwrap();
        meter.since().await;
        let letter = Envelope::new(Letter::new(8)).id("id-8");
        letters.enqueue("a", letter).await.unwrap();
        assert_eq!(meter.since().await, 3, "with an id");
        letters.enqueue_many("a", [Letter::new(9)]).await.unwrap();
        assert_eq!(meter.since().await, 2);
        letters.peek("a", 9).await.unwrap();
        assert_eq!(meter.since().await, 0);
        letters.resume("a").await.unwrap();
        let done = async || {
            let status = letters.status("a").await.unwrap();
            status.processed == 9 && status.in_flight == 0
        };
        until(PATIENCE, "all are processed", done).await;
        // The call with its alarm, then three alarms of three messages: their marks, three deletions, the end, the next
        // alarm.
        assert_eq!(meter.since().await, 2 + 3 * (1 + 3 + 1 + 1));
        letters.terminate("a", "done").await.unwrap();
    });
}

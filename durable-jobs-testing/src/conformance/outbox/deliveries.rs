//! Messages that arrive.

use durable_jobs_runtime::{continuous::ContinuousClient, debounce::DebounceClient, wire::Status};

use super::{note, put, tell};
use crate::conformance::{
    Act, Harness, Stage,
    fixtures::{
        basket::{Item, Windowed},
        clerk::{Bell, Collector, Line, Order},
        ledger::Retried,
        ticker::{LaterHourly, Ticker},
    },
};

pub async fn a_message_takes_effect_once<H: Harness>(mut stage: Stage<H>) {
    stage.order("c", Order::Write(vec![put("b", 1)])).await;
    assert_eq!(stage.items::<Windowed>("b").await, [1]);
    stage.restart().await;
    assert_eq!(stage.items::<Windowed>("b").await, [1]);
    assert_eq!(
        stage.clerks().status("c").await.unwrap().status,
        Status::Idle
    );
}

pub async fn messages_to_one_recipient_keep_their_order<H: Harness>(stage: Stage<H>) {
    let first = (1..=20).map(|item| put("b", item)).collect();
    let then = (21..=30).map(|item| put("b", item)).collect();
    let orders = stage.clerks();
    orders.send("c", Order::Write(first)).await.unwrap();
    orders.send("c", Order::Write(then)).await.unwrap();
    stage.settle().await;
    let all: Vec<u64> = (1..=30).collect();
    assert_eq!(stage.items::<Windowed>("b").await, all);
}

pub async fn a_thousand_messages_of_one_step_arrive<H: Harness>(stage: Stage<H>) {
    let basket = |item: u64| format!("b-{}", item % 50);
    let lines = (0..1000).map(|item| put(&basket(item), item)).collect();
    stage.order("c", Order::Write(lines)).await;
    for first in 0..50 {
        let items: Vec<u64> = (first..1000).step_by(50).collect();
        assert_eq!(stage.items::<Windowed>(&basket(first)).await, items);
    }
}

pub async fn a_message_to_itself_is_a_step_of_its_own<H: Harness>(stage: Stage<H>) {
    let itself = tell("c", Order::Note("to itself".to_owned()));
    stage.order("c", Order::Write(vec![itself])).await;
    let clerk = stage.clerks().state("c").await.unwrap().unwrap();
    assert_eq!(clerk.state.notes, ["to itself"]);
}

pub async fn instances_that_write_to_each_other_do_not_wait_for_each_other<H: Harness>(
    stage: Stage<H>,
) {
    let mut order = Order::Note("the end".to_owned());
    for turn in 0..20 {
        order = Order::Write(vec![tell(["c", "d"][turn % 2], order)]);
    }
    let orders = stage.clerks();
    orders.send("c", order.clone()).await.unwrap();
    orders.send("d", order).await.unwrap();
    stage.settle().await;
    let clerk = orders.state("c").await.unwrap().unwrap();
    assert_eq!(clerk.state.notes, ["the end", "the end"]);
}

pub async fn what_execute_writes_leaves_with_its_commit<H: Harness>(stage: Stage<H>) {
    stage.world.script("c", [Act::Fail, Act::Fail]);
    stage.order("c", Order::Execute(vec![put("b", 1)])).await;
    assert_eq!(stage.items::<Windowed>("b").await, [0; 0], "it has failed");
    stage.advance("20s").await;
    assert_eq!(stage.world.runs("b").len(), 0);
    assert_eq!(stage.items::<Windowed>("b").await, [1]);
}

pub async fn what_a_refused_event_has_written_is_not_sent<H: Harness>(stage: Stage<H>) {
    let clerks = stage.clerks();
    let refused = clerks.send("c", Order::Fail(vec![put("b", 1)]));
    refused.await.unwrap_err();
    stage.order("c", Order::Write(vec![put("b", 2)])).await;
    assert_eq!(stage.items::<Windowed>("b").await, [2]);
}

pub async fn what_on_error_writes_is_sent<H: Harness>(stage: Stage<H>) {
    stage.order("c", Order::OnError(vec![put("b", 1)])).await;
    let clerks = stage.clerks();
    let refused = clerks.send("c", Order::Fail(vec![put("b", 2)]));
    refused.await.unwrap_err();
    stage.settle().await;
    assert_eq!(stage.items::<Windowed>("b").await, [1]);
}

pub async fn a_message_waits_for_no_run_that_it_leads_to<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("t", Ticker::from(0)).await.unwrap();
    stage.world.script("t", [Act::Wait]);
    for line in [Line::Trigger("t".into()), Line::Pause("t".into())] {
        stage.order("c", Order::Write(vec![line])).await;
        assert_eq!(tickers.status("t").await.unwrap().status, Status::Running);
    }
    stage.world.release("t");
    stage.settle().await;
    assert_eq!(tickers.status("t").await.unwrap().status, Status::Paused);
    assert_eq!(stage.world.runs("t").len(), 1);
}

pub async fn a_message_starts_an_instance<H: Harness>(stage: Stage<H>) {
    stage
        .order("c", Order::Write(vec![Line::Start("t".into())]))
        .await;
    let status = stage.tickers::<LaterHourly>().status("t").await.unwrap();
    assert_eq!(status.status, Status::Waiting);
}

pub async fn an_event_that_waits_for_its_turn_is_handled_once<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    let waiting = crate::conformance::fixtures::ledger::Command::Wait("first".to_owned());
    let first = crate::conformance::begin(ledgers.send("l", waiting)).await;
    stage
        .order("c", Order::Write(vec![note("l", "second")]))
        .await;
    // Whoever looks after the message meanwhile finds that it is there.
    stage.advance("2m").await;
    stage.world.release("l");
    first.answer().await.unwrap();
    stage.settle().await;
    let ledger = ledgers.state("l").await.unwrap().unwrap();
    assert_eq!(ledger.state.notes, ["first", "second"]);
}

pub async fn a_continuous_job_flushes_a_debounce_job<H: Harness>(stage: Stage<H>) {
    let collectors: ContinuousClient<Collector> = ContinuousClient::new(&stage.host);
    collectors
        .start("m", Collector { fails: None })
        .await
        .unwrap();
    stage.advance("59m 58s").await;
    stage
        .baskets::<Windowed>()
        .add("m", Item::Put(1))
        .await
        .unwrap();
    stage.advance("2s").await;
    assert_eq!(stage.world.runs("m").len(), 1, "flushed before its window");
}

pub async fn a_flush_triggers_a_continuous_job<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("m", Ticker::from(0)).await.unwrap();
    let bells: DebounceClient<Bell> = DebounceClient::new(&stage.host);
    bells.add("m", 1).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(stage.world.runs("m").len(), 1);
}

pub async fn what_on_error_of_a_flush_writes_is_sent<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("m", Ticker::from(0)).await.unwrap();
    let bells: DebounceClient<Bell> = DebounceClient::new(&stage.host);
    bells.add("m", 0).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(stage.world.runs("m").len(), 0, "its batch has failed");
    let ledger = stage.ledgers::<Retried>().state("m").await.unwrap();
    assert_eq!(ledger.unwrap().state.notes, ["it was not rung"]);
}

pub async fn what_on_error_of_a_run_writes_is_sent<H: Harness>(stage: Stage<H>) {
    let collectors: ContinuousClient<Collector> = ContinuousClient::new(&stage.host);
    let fails = Some("it cannot collect".to_owned());
    collectors.start("m", Collector { fails }).await.unwrap();
    stage.advance("59m 58s").await;
    stage
        .baskets::<Windowed>()
        .add("m", Item::Put(1))
        .await
        .unwrap();
    stage.advance("2s").await;
    assert_eq!(stage.world.runs("m").len(), 0, "its flush is not sent");
    let ledger = stage.ledgers::<Retried>().state("m").await.unwrap();
    assert_eq!(ledger.unwrap().state.notes, ["it cannot collect"]);
}

pub async fn a_job_that_writes_is_woken_as_if_it_did_not<H: Harness>(mut stage: Stage<H>) {
    let collectors: ContinuousClient<Collector> = ContinuousClient::new(&stage.host);
    collectors
        .start("m", Collector { fails: None })
        .await
        .unwrap();
    let bells: DebounceClient<Bell> = DebounceClient::new(&stage.host);
    bells.add("n", 0).await.unwrap();
    stage.advance("5s").await;
    stage.restart().await;
    for _ in 0..3 {
        stage.advance("1h").await;
        stage.restart().await;
    }
    let collectors: ContinuousClient<Collector> = ContinuousClient::new(&stage.host);
    assert_eq!(collectors.status("m").await.unwrap().run_count, 3);
    let ledger = stage.ledgers::<Retried>().state("n").await.unwrap();
    assert_eq!(ledger.unwrap().state.notes.len(), 3, "one for each attempt");
}

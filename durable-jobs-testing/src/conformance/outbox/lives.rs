//! Messages and the lives of those who send and take them.

use durable_jobs_runtime::wire::Status;

use super::{put, squeeze};
use crate::conformance::{
    Harness, Listing, Stage,
    fixtures::{
        basket::{Bounded, Item, Windowed},
        clerk::{Line, Order},
    },
};

pub async fn what_an_event_writes_that_ends_its_task_is_sent<H: Harness>(stage: Stage<H>) {
    stage.order("first", Order::End(vec![put("b", 1)])).await;
    stage.order("c", Order::Note("alive".to_owned())).await;
    stage.order("c", Order::End(vec![put("b", 2)])).await;
    assert_eq!(stage.items::<Windowed>("b").await, [1, 2]);
    for clerk in ["first", "c"] {
        let status = stage.clerks().status(clerk).await.unwrap();
        assert_eq!(status.status, Status::NotFound);
    }
}

pub async fn messages_outlive_a_sender_that_is_terminated<H: Harness>(mut stage: Stage<H>) {
    let items = [1, 2, 3].map(Item::Put);
    let bounded = stage.baskets::<Bounded>();
    bounded.add_many("b", items).await.unwrap();
    stage.order("c", Order::Write(vec![squeeze("b", 4)])).await;
    let clerks = stage.clerks();
    assert!(clerks.terminate("c", "done").await.unwrap().terminated);
    assert_eq!(clerks.status("c").await.unwrap().status, Status::NotFound);
    assert!(clerks.state("c").await.unwrap().is_none());
    assert!(!clerks.terminate("c", "again").await.unwrap().terminated);
    if H::LISTING == Listing::Pages {
        let listed = clerks.list(None, None).await.unwrap();
        assert_eq!(listed.instances.len(), 0);
    }
    stage.restart().await;
    stage.advance("9s").await;
    assert_eq!(stage.items::<Bounded>("b").await, [4]);
}

pub async fn a_new_life_of_a_sender_sends_behind_the_last_one<H: Harness>(stage: Stage<H>) {
    let items = [1, 2, 3].map(Item::Put);
    let bounded = stage.baskets::<Bounded>();
    bounded.add_many("b", items).await.unwrap();
    stage.order("c", Order::End(vec![squeeze("b", 4)])).await;
    stage.order("c", Order::Write(vec![squeeze("b", 5)])).await;
    stage.advance("9s").await;
    assert_eq!(stage.items::<Bounded>("b").await, [4, 5]);
}

pub async fn a_sender_whose_name_is_used_again_is_heard<H: Harness>(stage: Stage<H>) {
    for item in 1..=3 {
        stage.order("c", Order::End(vec![put("b", item)])).await;
        stage.advance("10s").await;
    }
    let runs = stage.world.runs("b");
    assert_eq!(runs.len(), 3);
}

pub async fn a_message_ends_an_instance_and_the_next_begins_it_anew<H: Harness>(stage: Stage<H>) {
    let end = Line::EndBasket("b".to_owned());
    let lines = vec![put("b", 1), end, put("b", 2)];
    stage.order("c", Order::Write(lines)).await;
    assert_eq!(stage.items::<Windowed>("b").await, [2]);
}

pub async fn a_recipient_that_was_terminated_is_begun_anew_by_a_new_message<H: Harness>(
    stage: Stage<H>,
) {
    stage.order("c", Order::Write(vec![put("b", 1)])).await;
    let baskets = stage.baskets::<Windowed>();
    assert!(baskets.terminate("b", "done").await.unwrap().terminated);
    assert_eq!(baskets.status("b").await.unwrap().status, Status::NotFound);
    stage.order("c", Order::Write(vec![put("b", 2)])).await;
    assert_eq!(stage.items::<Windowed>("b").await, [2]);
}

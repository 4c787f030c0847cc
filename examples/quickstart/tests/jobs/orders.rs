//! The ways that an order can go.

use std::sync::Arc;

use durable_jobs::{ClientError, Status};
use durable_jobs_testing::{TestHost, block_on};
use quickstart::{Order, OrderClient, OrderEvent};

use crate::world::FakeWorld;

async fn placed(world: &Arc<FakeWorld>) -> (TestHost, OrderClient) {
    let host = world.host().await;
    let client = OrderClient::new(&host);
    client
        .send("o-1", OrderEvent::Placed { total_cents: 4_999 })
        .await
        .unwrap();
    (host, client)
}

async fn state(client: &OrderClient) -> Order {
    client.state("o-1").await.unwrap().unwrap().state
}

#[test]
fn a_paid_order_is_shipped_and_delivered_and_then_forgotten() {
    block_on(async {
        let world = Arc::new(FakeWorld {
            underway: 1.into(),
            ..FakeWorld::default()
        });
        let (host, client) = placed(&world).await;
        client.send("o-1", OrderEvent::Paid).await.unwrap();
        assert_eq!(state(&client).await, Order::Paid { total_cents: 4_999 });

        host.advance("2s").await;
        assert_eq!(
            state(&client).await,
            Order::Shipped {
                tracking: "parcel-1".into()
            }
        );
        host.advance("3s").await;
        assert_eq!(
            state(&client).await,
            Order::Shipped {
                tracking: "parcel-1".into()
            }
        );
        host.advance("3s").await;
        assert_eq!(state(&client).await, Order::Delivered);
        host.advance("1m").await;
        assert_eq!(client.status("o-1").await.unwrap().status, Status::NotFound);
        assert_eq!(*world.posted.lock().unwrap(), ["parcel for o-1"]);
    });
}

#[test]
fn who_does_not_pay_is_reminded_and_then_the_order_is_cancelled() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let (host, client) = placed(&world).await;
        host.advance("6s").await;
        assert_eq!(state(&client).await, Order::Reminded { total_cents: 4_999 });
        host.advance("6s").await;
        assert_eq!(state(&client).await, Order::Cancelled);
        assert_eq!(*world.posted.lock().unwrap(), ["reminder for o-1"]);
    });
}

#[test]
fn the_reminder_helps() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let (host, client) = placed(&world).await;
        host.advance("6s").await;
        client.send("o-1", OrderEvent::Paid).await.unwrap();
        host.advance("5s").await;
        assert_eq!(state(&client).await, Order::Delivered);
    });
}

#[test]
fn an_event_that_makes_no_sense_is_refused_and_changes_nothing() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let (host, client) = placed(&world).await;
        client.send("o-1", OrderEvent::Cancelled).await.unwrap();
        let before = client.status("o-1").await.unwrap();

        let refused = client.send("o-1", OrderEvent::Paid).await.unwrap_err();
        assert!(
            matches!(&refused, ClientError::Rejected { reason, .. } if reason == "cancelled orders cannot be paid"),
            "{refused:?}"
        );
        assert_eq!(client.status("o-1").await.unwrap(), before);
        drop(host);
    });
}

#[test]
fn an_order_begins_by_being_placed() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let host = world.host().await;
        let client = OrderClient::new(&host);
        client.send("o-2", OrderEvent::Paid).await.unwrap_err();
        assert!(client.state("o-2").await.unwrap().is_none());
    });
}

#[test]
fn a_crash_between_two_states_repeats_the_step_that_was_cut_off() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let (host, client) = placed(&world).await;
        client.send("o-1", OrderEvent::Paid).await.unwrap();
        // The first commit is the mark of the attempt, the second one is the result.
        host.crash_before_commit(2);
        host.advance("2s").await;
        host.restart().await.unwrap();
        host.advance("1m").await;
        assert_eq!(state(&client).await, Order::Delivered);
        assert_eq!(
            *world.posted.lock().unwrap(),
            ["parcel for o-1", "parcel for o-1"]
        );
    });
}

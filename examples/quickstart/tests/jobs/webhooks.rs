//! What a batch amounts to, and when it is handed over.

use std::sync::Arc;

use durable_jobs::Timestamp;
use durable_jobs_testing::block_on;
use quickstart::{Webhook, WebhookBatchClient};
use serde_json::{Value, json};

use crate::world::FakeWorld;

fn webhook(number: i64, kind: &str, minute: i64, payload: Value) -> Webhook {
    Webhook {
        id: format!("evt-{number}"),
        kind: kind.to_owned(),
        occurred_at: Timestamp::from_millis(minute * 60_000),
        payload: serde_json::from_value(payload).unwrap(),
    }
}

fn note(number: i64) -> Webhook {
    webhook(number, "note.added", number, json!({}))
}

#[test]
fn a_burst_becomes_one_call_with_the_latest_values() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let host = world.host().await;
        let client = WebhookBatchClient::new(&host);
        for webhook in [
            webhook(1, "contact.updated", 10, json!({"city": "Graz"})),
            webhook(
                3,
                "contact.updated",
                30,
                json!({"city": "Porto", "score": 7}),
            ),
            webhook(
                2,
                "contact.updated",
                20,
                json!({"city": "Lyon", "wants_call": true}),
            ),
            webhook(4, "email.opened", 40, json!({})),
        ] {
            client.add("contact-0001", webhook).await.unwrap();
        }
        host.advance("3s").await;

        let updates = world.crm_updates.lock().unwrap();
        let [(contact, _, update)] = updates.as_slice() else {
            panic!("{updates:?}")
        };
        assert_eq!(contact, "contact-0001");
        let expected = json!({
            "counts": {"contact.updated": 3, "email.opened": 1},
            "fields": {"city": "Porto", "score": 7, "wants_call": true},
            "webhooks": ["evt-1", "evt-3", "evt-2", "evt-4"],
        });
        assert_eq!(serde_json::to_value(update).unwrap(), expected);
    });
}

#[test]
fn a_full_batch_does_not_wait() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let host = world.host().await;
        let client = WebhookBatchClient::new(&host);
        for number in 1..=26 {
            client.add("busy", note(number)).await.unwrap();
        }
        host.advance("0s").await;
        let handed_over = || {
            world
                .crm_updates
                .lock()
                .unwrap()
                .iter()
                .map(|(.., update)| update.webhooks.len())
                .collect::<Vec<_>>()
        };
        assert_eq!(handed_over(), [25]);
        host.advance("3s").await;
        assert_eq!(handed_over(), [25, 1]);
    });
}

#[test]
fn a_webhook_that_is_delivered_again_counts_once() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let host = world.host().await;
        let client = WebhookBatchClient::new(&host);
        assert!(
            !client
                .add_once("ada", "evt-1", note(1))
                .await
                .unwrap()
                .duplicate
        );
        assert!(
            client
                .add_once("ada", "evt-1", note(1))
                .await
                .unwrap()
                .duplicate
        );
        host.advance("3s").await;
        assert!(
            client
                .add_once("ada", "evt-1", note(1))
                .await
                .unwrap()
                .duplicate
        );
        host.advance("3s").await;
        let updates = world.crm_updates.lock().unwrap();
        assert_eq!(updates.len(), 1);
        assert_eq!(updates[0].2.webhooks, ["evt-1"]);
    });
}

#[test]
fn a_crm_that_fails_gets_the_same_batch_again_under_the_same_key() {
    block_on(async {
        let world = Arc::new(FakeWorld {
            crm_failures: 2.into(),
            ..FakeWorld::default()
        });
        let host = world.host().await;
        let client = WebhookBatchClient::new(&host);
        client.add("ada", note(1)).await.unwrap();
        host.advance("3s").await;
        client.add("ada", note(2)).await.unwrap();
        host.advance("1m").await;

        let updates = world.crm_updates.lock().unwrap();
        let batches: Vec<_> = updates
            .iter()
            .map(|(.., update)| update.webhooks.clone())
            .collect();
        assert_eq!(batches, [["evt-1"], ["evt-2"]]);
        let keys = world.crm_keys.lock().unwrap();
        assert_eq!(keys.len(), 4);
        assert!(
            keys[..3].iter().all(|key| *key == keys[0]) && keys[3] != keys[0],
            "{keys:?}"
        );
    });
}

#[test]
fn a_crash_loses_nothing_that_was_acknowledged() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let host = world.host().await;
        let client = WebhookBatchClient::new(&host);
        for number in 1..=3 {
            client.add("ada", note(number)).await.unwrap();
        }
        host.restart().await.unwrap();
        client.add("ada", note(4)).await.unwrap();
        host.advance("3s").await;
        let updates = world.crm_updates.lock().unwrap();
        assert_eq!(updates.len(), 1);
        assert_eq!(updates[0].2.webhooks, ["evt-1", "evt-2", "evt-3", "evt-4"]);
    });
}

//! `kill -9` at any moment.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::json;
use tokio::task::JoinSet;

use crate::process::{Folder, Process, eventually};

/// How often the program is killed.
const KILLS: u64 = 4;

/// Who sends webhooks at the same time.
const SENDERS: u64 = 6;

/// Sends webhooks until the program is gone. Answers the ids that were acknowledged.
async fn send_until_killed(
    program: &Process,
    round: u64,
    sender: u64,
    acknowledged: &AtomicU64,
) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0.. {
        let id = format!("mine-{round}-{sender}-{number}");
        let webhook = json!({"id": id, "type": "note.added", "occurred_at": number});
        let answer = program
            .post(&format!("/webhooks/sender-{sender}"), &webhook)
            .await;
        let Some((status, _)) = answer else { break };
        if status.is_success() {
            ids.push(id);
            acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_webhook_is_lost() {
    let folder = Folder::new();
    let mut acknowledged = BTreeSet::new();
    for round in 0..KILLS {
        let program = Arc::new(folder.start().await);
        let count = Arc::new(AtomicU64::new(0));
        let mut senders = JoinSet::new();
        for sender in 0..SENDERS {
            let (program, count) = (Arc::clone(&program), Arc::clone(&count));
            senders.spawn(async move { send_until_killed(&program, round, sender, &count).await });
        }
        let enough = 50 + 37 * round;
        eventually("enough webhooks are acknowledged", async || {
            (count.load(Ordering::Relaxed) >= enough).then_some(())
        })
        .await;
        program.kill();
        acknowledged.extend(senders.join_all().await.into_iter().flatten());
    }
    assert!(acknowledged.len() as u64 >= 50 * KILLS);

    let program = folder.start().await;
    eventually(
        "the CRM has every webhook that was acknowledged",
        async || acknowledged.is_subset(&folder.received()).then_some(()),
    )
    .await;

    let id = acknowledged.first().unwrap();
    let sender = id.split('-').nth(2).unwrap();
    let again = json!({"id": id, "type": "note.added", "occurred_at": 0});
    let (_, body) = program
        .post(&format!("/webhooks/sender-{sender}"), &again)
        .await
        .unwrap();
    assert_eq!(
        body["duplicate"], true,
        "what was acknowledged is known after every restart"
    );
}

#[tokio::test]
async fn an_order_goes_on_where_it_was() {
    let folder = Folder::new();
    let program = folder.start().await;
    let events = "/orders/mine/events";
    program
        .post(events, &json!({"placed": {"total_cents": 4_999}}))
        .await
        .unwrap();
    program.post(events, &json!("paid")).await.unwrap();
    eventually("every user has a token", async || {
        program
            .printed()
            .contains("user-12         refreshed")
            .then_some(())
    })
    .await;
    program.kill();

    let program = folder.start().await;
    let order = program.get("/orders/mine").await.unwrap();
    assert_ne!(order["state"], "new");
    eventually("the order is delivered", async || {
        let order = program.get("/orders/mine").await?;
        (order["state"] == "delivered").then_some(())
    })
    .await;
    assert!(
        program
            .printed()
            .contains("found:      resuming 12 token refreshers")
    );
}

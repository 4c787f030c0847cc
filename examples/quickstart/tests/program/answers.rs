//! What the endpoints answer.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::process::{Folder, eventually};

fn webhook(id: &str) -> Value {
    json!({"id": id, "type": "form.submitted", "occurred_at": 1_767_225_600_000_u64, "payload": {"city": "Graz"}})
}

#[tokio::test]
async fn webhooks_are_accepted_once_and_refused_with_the_reason() {
    let folder = Folder::new();
    let program = folder.start().await;
    let path = "/webhooks/ada";

    let (status, body) = program.post(path, &webhook("mine-1")).await.unwrap();
    assert_eq!(
        (status, &body["duplicate"]),
        (StatusCode::ACCEPTED, &json!(false))
    );
    let (status, body) = program.post(path, &webhook("mine-1")).await.unwrap();
    assert_eq!((status, &body["duplicate"]), (StatusCode::OK, &json!(true)));

    let (status, body) = program
        .ask(Method::POST, path, "{\"id\":".into())
        .await
        .unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error"].as_str().unwrap().contains("EOF"), "{body}");
    let (status, body) = program
        .post(path, &json!({"id": "x", "type": "y"}))
        .await
        .unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        body["error"].as_str().unwrap().contains("occurred_at"),
        "{body}"
    );

    let long = format!("/webhooks/{}", "x".repeat(513));
    let (status, body) = program.post(&long, &webhook("mine-2")).await.unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        body["error"].as_str().unwrap().contains("512 bytes"),
        "{body}"
    );
}

#[tokio::test]
async fn an_order_takes_what_it_can_and_goes_on_by_itself() {
    let folder = Folder::new();
    let program = folder.start().await;
    let events = "/orders/mine/events";

    let (status, _) = program.post(events, &json!("paid")).await.unwrap();
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = program
        .ask(Method::GET, "/orders/mine", String::new())
        .await
        .unwrap();
    assert_eq!(status, StatusCode::NOT_FOUND);

    let placed = json!({"placed": {"total_cents": 4_999}});
    assert_eq!(
        program.post(events, &placed).await.unwrap().0,
        StatusCode::OK
    );
    assert_eq!(
        program.post(events, &json!("paid")).await.unwrap().0,
        StatusCode::OK
    );
    assert_eq!(
        program.post(events, &placed).await.unwrap().0,
        StatusCode::CONFLICT
    );

    eventually("the order is delivered", async || {
        let order = program.get("/orders/mine").await?;
        (order["state"] == "delivered").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_token_endpoint_speaks_oauth() {
    let folder = Folder::new();
    let program = folder.start().await;
    // One request in nine is told to come back, and does.
    let error = eventually("the token endpoint answers", async || {
        let form = "grant_type=refresh_token&refresh_token=forged";
        let (status, body) = program
            .ask(Method::POST, "/oauth/token", form.into())
            .await?;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        Some(body["error"].clone())
    })
    .await;
    assert_eq!(error, "invalid_client");
}

#[tokio::test]
async fn everything_is_at_work_soon_after_the_start() {
    let folder = Folder::new();
    let program = folder.start().await;
    let totals = eventually("all three kinds have done something", async || {
        let totals = program.get("/status").await?["program"]["totals"].clone();
        let done = |name: &str| totals[name].as_u64().is_some_and(|count| count > 0);
        ["runs", "events", "flushes", "orders"]
            .iter()
            .all(|name| done(name))
            .then_some(totals)
    })
    .await;
    assert_eq!(totals["errors"], 0, "{totals}");
    eventually("somebody's tokens were refreshed twice", async || {
        let printed = program.printed();
        let refreshed = |line: &&str| line.contains("user-01") && line.contains("refreshed");
        (printed.lines().filter(refreshed).count() >= 2).then_some(())
    })
    .await;
}

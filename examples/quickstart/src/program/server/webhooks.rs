//! `/webhooks/{contact}`

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use quickstart::Webhook;
use serde_json::{Value, json};

use super::{Refused, Shared};

/// `POST`: 202 when the webhook is on disk, 200 when it was there before.
///
/// Senders of webhooks repeat what is not acknowledged, so the answer must not come before the commit.
pub(super) async fn receive(
    State(shared): State<Shared>,
    Path(contact): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let webhook: Webhook =
        serde_json::from_slice(&body).map_err(|error| Refused::bad_json(&error))?;
    let id = webhook.id.clone();
    let added = shared
        .clients
        .webhooks
        .add_once(&contact, &id, webhook)
        .await?;
    let repeated = u64::from(added.duplicate);
    shared.tally.acknowledged(&contact, 1 - repeated, repeated);
    let status = if added.duplicate {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    Ok((
        status,
        Json(json!({ "id": id, "duplicate": added.duplicate, "waiting": added.event_count })),
    ))
}

/// `GET`: what waits for the CRM.
pub(super) async fn pending(
    State(shared): State<Shared>,
    Path(contact): Path<String>,
) -> Result<Json<Value>, Refused> {
    let status = shared.clients.webhooks.status(&contact).await?;
    let batch = shared.clients.webhooks.state(&contact).await?;
    Ok(Json(json!({
        "status": status.status,
        "waiting": status.event_count,
        "batch": batch.as_ref().map(|batch| batch.update()),
    })))
}

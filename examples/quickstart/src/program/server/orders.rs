//! `/orders/{id}`

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use quickstart::{Order, OrderEvent};
use serde_json::{Value, json};

use super::{Refused, Shared};

/// `POST /orders/{id}/events`: 200 when the event was handled and is on disk, 409 when the order cannot take it.
///
/// The header `Idempotency-Key` makes it safe to repeat.
pub(super) async fn receive(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let event: OrderEvent =
        serde_json::from_slice(&body).map_err(|error| Refused::bad_json(&error))?;
    let orders = &shared.clients.orders;
    let sent = match headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok())
    {
        Some(key) => orders.send_once(&id, key, event).await?,
        None => orders.send(&id, event).await?,
    };
    Ok(Json(
        json!({ "duplicate": sent.duplicate, "next_step_at": sent.scheduled_at }),
    ))
}

/// `GET /orders/{id}`: the state of the order.
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Order>, Refused> {
    match shared.clients.orders.state(&id).await? {
        Some(order) => Ok(Json(order.state)),
        None => Err(Refused::not_found(&id)),
    }
}

//! `GET /` and `GET /status`

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::Shared;

/// What the program has done since it began, and where its jobs lie.
pub(super) async fn status(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({
        "pid": std::process::id(),
        "db": shared.db,
        "totals": shared.tally.totals(),
    }))
}

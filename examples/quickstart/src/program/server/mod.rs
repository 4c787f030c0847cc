//! What the program serves, on the loopback interface only.

pub(crate) mod oauth;
mod orders;
mod status;
mod webhooks;

use std::{io, net::Ipv4Addr, path::PathBuf, sync::Arc};

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use durable_jobs::ClientError;
use serde_json::json;
use tokio::net::TcpListener;

use super::{clients::Clients, tally::Tally};

/// The port that is taken when it is free.
const PORT: u16 = 4780;

/// What the endpoints share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) clients: Clients,
    pub(crate) tally: Arc<Tally>,
    pub(crate) db: PathBuf,
}

/// Takes the port that was asked for, else the usual one, else any that is free.
pub(crate) async fn listen(port: Option<u16>) -> io::Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match (port, bind(port.unwrap_or(PORT)).await) {
        (None, Err(_)) => bind(0).await,
        (Some(port), Err(error)) => {
            let reason = format!("port {port} of 127.0.0.1: {error}: give another `--port`");
            Err(io::Error::new(error.kind(), reason))
        }
        (_, listener) => listener,
    }
}

/// Answers requests until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Shared) -> io::Result<()> {
    let tokens = Router::new()
        .route("/oauth/token", post(oauth::token))
        .with_state(Arc::new(oauth::TokenServer::default()));
    let jobs = Router::new()
        .route("/", get(status::status))
        .route("/status", get(status::status))
        .route(
            "/webhooks/{contact}",
            get(webhooks::pending).post(webhooks::receive),
        )
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/events", post(orders::receive))
        .with_state(shared);
    axum::serve(listener, tokens.merge(jobs)).await
}

/// Why a request is refused, as JSON with one field `error`.
pub(super) struct Refused(StatusCode, String);

impl Refused {
    fn bad_json(error: &serde_json::Error) -> Self {
        Self(StatusCode::BAD_REQUEST, error.to_string())
    }

    fn not_found(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("{what} does not exist"))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, reason) = self;
        (status, Json(json!({ "error": reason }))).into_response()
    }
}

/// Who is to blame decides about the status: 4xx the sender, 503 nobody, and the same request may be repeated.
impl From<ClientError> for Refused {
    fn from(error: ClientError) -> Self {
        let status = match &error {
            ClientError::InvalidId { .. } | ClientError::Validation { .. } => {
                StatusCode::BAD_REQUEST
            }
            ClientError::Rejected { .. } => StatusCode::CONFLICT,
            ClientError::Overflow { .. } => StatusCode::TOO_MANY_REQUESTS,
            ClientError::JobNotFound { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, error.to_string())
    }
}

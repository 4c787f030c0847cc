//! Serves on the loopback interface only.

use std::{io, net::Ipv4Addr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method as HttpMethod, StatusCode, Uri},
    response::{IntoResponse, Response as HttpResponse},
};
use durable_jobs::Added;
use quickstart::{
    http::{Headers, Method, Request, Response, header},
    server::{Program, Server},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::tally::Tally;

/// The port that is taken when it is free.
const PORT: u16 = 4780;

/// What this program adds to what is served everywhere.
pub(crate) struct Embedded {
    pub(crate) tally: Arc<Tally>,
    pub(crate) db: PathBuf,
}

impl Program for Embedded {
    fn about(&self) -> Value {
        json!({
            "host": "embedded",
            "pid": std::process::id(),
            "db": self.db,
            "totals": self.tally.totals(),
        })
    }

    fn acknowledged(&self, contact: &str, added: &Added) {
        let repeated = u64::from(added.duplicate);
        self.tally.acknowledged(contact, 1 - repeated, repeated);
    }
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
pub(crate) async fn serve(listener: TcpListener, server: Server) -> io::Result<()> {
    axum::serve(listener, Router::new().fallback(answer).with_state(server)).await
}

async fn answer(
    State(server): State<Server>,
    method: HttpMethod,
    url: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> HttpResponse {
    let method = match method {
        HttpMethod::GET => Method::Get,
        HttpMethod::POST => Method::Post,
        _ => Method::Other,
    };
    let request = Request {
        headers: received(&headers),
        body: String::from_utf8_lossy(&body).into_owned(),
        ..Request::new(method, url.path())
    };
    sent(server.answer(request).await)
}

fn received(headers: &HeaderMap) -> Headers {
    let mut received = Headers::default();
    for name in header::OF_REQUESTS {
        if let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) {
            received.add(name, value);
        }
    }
    received
}

fn sent(answer: Response) -> HttpResponse {
    let mut builder = HttpResponse::builder().status(answer.status);
    for (name, value) in answer.headers.iter() {
        builder = builder.header(name, value);
    }
    match builder.body(answer.body.into()) {
        Ok(response) => response,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

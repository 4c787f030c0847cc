//! Posts texts to a server on this machine.

use std::{fmt, time::Duration};

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, header::HOST, http::request::Builder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

/// workerd closes connections that are idle for five seconds, and those on which a call comes while it is busy for
/// as long; one must not be used at that moment.
const IDLE: Duration = Duration::from_secs(1);

/// Connections are kept and used again: a case asks hundreds of times what goes on.
#[derive(Clone, Debug)]
pub(crate) struct Http(Client<HttpConnector, Full<Bytes>>);

/// Why there is no answer, or what the server refused with.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The server is gone, or went while it answered.
    Gone(String),
    /// It did not answer 200, but this text.
    Refused(String),
}

impl Http {
    pub(crate) fn new() -> Self {
        let mut client = Client::builder(TokioExecutor::new());
        client.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        Self(client.build_http())
    }

    pub(crate) async fn post(&self, url: &str, body: String) -> Result<String, NoAnswer> {
        match self.send(Request::post(url), body).await? {
            (StatusCode::OK, text) => Ok(text),
            (_, text) => Err(NoAnswer::Refused(text)),
        }
    }

    /// Posts to a server under another name than its own.
    pub(crate) async fn post_as(
        &self,
        host: &str,
        url: &str,
        body: String,
    ) -> Result<(StatusCode, String), NoAnswer> {
        self.send(Request::post(url).header(HOST, host), body).await
    }

    async fn send(&self, to: Builder, body: String) -> Result<(StatusCode, String), NoAnswer> {
        let request = to.body(Full::from(body)).map_err(NoAnswer::gone)?;
        let answer = self.0.request(request).await.map_err(NoAnswer::gone)?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(NoAnswer::gone)?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        Ok((status, text))
    }
}

impl NoAnswer {
    fn gone(error: impl fmt::Debug) -> Self {
        Self::Gone(format!("{error:?}"))
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(reason) => write!(f, "workerd is gone: {reason}"),
            Self::Refused(text) => write!(f, "the Worker refused: {text}"),
        }
    }
}

//! A server that is asked.

use std::{fmt, sync::Arc, time::Duration};

use durable_jobs::{BoxFuture, JobError, JobResult};

use crate::http::{Http, Method, Request, Response, header};

/// A server: what people call it, the base of its URLs, and the way to it.
#[derive(Clone)]
pub struct Place {
    name: &'static str,
    base: String,
    http: Arc<dyn Http>,
}

impl Place {
    /// The server that is called `name` in messages.
    pub fn new(name: &'static str, base: impl Into<String>, http: Arc<dyn Http>) -> Self {
        let mut base = base.into();
        base.truncate(base.trim_end_matches('/').len());
        Self { name, base, http }
    }

    /// A part of the server, with a name of its own.
    pub(crate) fn within(&self, name: &'static str, path: &str) -> Self {
        Self::new(name, format!("{}{path}", self.base), Arc::clone(&self.http))
    }

    /// The server's own URL.
    pub(crate) fn url(&self) -> &str {
        &self.base
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        Request::new(Method::Get, format!("{}/{path}", self.base))
    }

    pub(crate) fn post(&self, path: &str) -> Request {
        Request::new(Method::Post, format!("{}/{path}", self.base))
    }

    /// Sends a request and gives whatever the server says.
    pub(crate) fn send(&self, request: Request) -> BoxFuture<'_, JobResult<Response>> {
        self.http.send(request)
    }

    /// Sends a request and gives the answer of a server that has done what it was asked.
    pub(crate) async fn ask(&self, request: Request) -> JobResult<Response> {
        self.expect_success(self.send(request).await?)
    }

    /// Whether another attempt can help is told by the status.
    pub(crate) fn expect_success(&self, answer: Response) -> JobResult<Response> {
        let error = || format!("{} answered {}", self.name, answer.status);
        match answer.status {
            200..300 => Ok(answer),
            408 | 429 | 500.. => Err(later(error(), retry_after(&answer))),
            _ => Err(JobError::terminal(error())),
        }
    }
}

/// The server's own wish when to come back goes before the job's retry policy.
fn later(error: String, retry_after: Option<Duration>) -> JobError {
    let error = JobError::from(error);
    match retry_after {
        Some(delay) => error.with_retry_after(delay),
        None => error,
    }
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3); a date there is left to the retry policy.
pub(super) fn retry_after(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers.get(header::RETRY_AFTER)?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.base).finish()
    }
}

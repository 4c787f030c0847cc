//! Requests and answers as plain data: the same whoever carries them.

use durable_jobs::{BoxFuture, JobResult, MaybeSend, MaybeSync};

/// Sends requests to other servers. Each host has its own way.
pub trait Http: MaybeSend + MaybeSync {
    /// Sends a request to its URL. Only a server that cannot be reached is an error.
    fn send(&self, request: Request) -> BoxFuture<'_, JobResult<Response>>;
}

/// What a request wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To read.
    Get,
    /// To change something.
    Post,
    /// Anything else, which nothing here serves or sends.
    Other,
}

/// The names of the headers that matter here, in lower case.
pub mod header {
    /// Who asks.
    pub const AUTHORIZATION: &str = "authorization";
    /// What may keep the answer.
    pub const CACHE_CONTROL: &str = "cache-control";
    /// What a body is.
    pub const CONTENT_TYPE: &str = "content-type";
    /// Makes a request the same as another one.
    pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
    /// When to come back.
    pub const RETRY_AFTER: &str = "retry-after";
    /// How to say who asks.
    pub const WWW_AUTHENTICATE: &str = "www-authenticate";

    /// Those of a request that a server looks at.
    pub const OF_REQUESTS: [&str; 2] = [AUTHORIZATION, IDEMPOTENCY_KEY];
}

/// The type of a body in JSON.
pub const JSON: &str = "application/json";

/// The type of a body that is a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A few headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(&'static str, String)>);

impl Headers {
    /// The value of the header `name`, in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == name)?;
        Some(value)
    }

    /// Adds a header.
    pub fn add(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it wants done.
    pub method: Method,
    /// Whom it is for. What arrives at a server may have the path alone.
    pub url: String,
    /// Its headers; of one that has arrived those in [`header::OF_REQUESTS`].
    pub headers: Headers,
    /// Its body, empty if it has none.
    pub body: String,
}

impl Request {
    /// A request without body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Headers::default(),
            body: String::new(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.add(name, value);
        self
    }

    /// Sets the body, of a type such as [`JSON`].
    #[must_use]
    pub fn carrying(mut self, content_type: &'static str, body: String) -> Self {
        self.body = body;
        self.with(header::CONTENT_TYPE, content_type)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Its headers; of one that has arrived only [`header::RETRY_AFTER`].
    pub headers: Headers,
    /// Its body, empty if it has none.
    pub body: String,
}

impl Response {
    /// An answer without body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Headers::default(),
            body: String::new(),
        }
    }

    /// An answer in JSON.
    pub fn json(status: u16, body: &impl serde::Serialize) -> Self {
        Self::written(status, serde_json::to_string(body))
    }

    fn written(status: u16, body: serde_json::Result<String>) -> Self {
        match body {
            Ok(body) => Self {
                body,
                ..Self::new(status)
            }
            .with(header::CONTENT_TYPE, JSON),
            Err(error) => Self {
                body: error.to_string(),
                ..Self::new(500)
            },
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.add(name, value);
        self
    }
}

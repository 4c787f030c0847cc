//! What the jobs need from the world.
//!
//! Each service is a trait that works as `dyn`, so that a program, a Worker and a test can each bring their own.

use std::{fmt, sync::Arc, time::Duration};

use durable_jobs::{BoxFuture, JobResult, MaybeSend, MaybeSync};

use crate::webhooks::ContactUpdate;

/// The services of all jobs: every handler finds them as `ctx.env()`.
#[derive(Clone)]
pub struct Services {
    /// Where refresh tokens are traded in.
    pub token_endpoint: Arc<dyn TokenEndpoint>,
    /// Who wants to know what became of a contact.
    pub crm: Arc<dyn Crm>,
    /// Who writes to customers and hands parcels over.
    pub shop: Arc<dyn Shop>,
    /// Who sends the webhooks and the orders of the demonstration.
    pub world: Arc<dyn World>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}

/// The token endpoint of an OAuth 2.0 authorization server (RFC 6749, section 3.2).
pub trait TokenEndpoint: MaybeSend + MaybeSync {
    /// Posts a form and answers whatever the server says. Only a server that cannot be reached is an error.
    fn post<'a>(&'a self, form: &'a [(&'a str, &'a str)]) -> BoxFuture<'a, JobResult<HttpAnswer>>;
}

/// What an HTTP server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// How long to wait, by the header `Retry-After`.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: String,
}

/// The system that keeps what is known about contacts.
pub trait Crm: MaybeSend + MaybeSync {
    /// Takes the news about one contact. Calls with the same `idempotency_key` are the same call.
    fn update<'a>(
        &'a self,
        contact: &'a str,
        idempotency_key: &'a str,
        update: &'a ContactUpdate,
    ) -> BoxFuture<'a, JobResult>;
}

/// What an order needs done.
pub trait Shop: MaybeSend + MaybeSync {
    /// Reminds the customer to pay.
    fn remind<'a>(&'a self, order: &'a str) -> BoxFuture<'a, JobResult>;

    /// Hands the parcel over and answers its tracking number: the same one for the same `idempotency_key`.
    fn ship<'a>(
        &'a self,
        order: &'a str,
        idempotency_key: &'a str,
    ) -> BoxFuture<'a, JobResult<String>>;

    /// Whether the parcel has arrived.
    fn is_delivered<'a>(&'a self, tracking: &'a str) -> BoxFuture<'a, JobResult<bool>>;
}

/// The world outside, as far as the demonstration plays it.
pub trait World: MaybeSend + MaybeSync {
    /// Does what happens at this step. Doing it twice is the same as doing it once.
    fn act(&self, step: u64) -> BoxFuture<'_, JobResult>;
}

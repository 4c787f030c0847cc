//! The CRM of the demonstration: it takes updates, sometimes only at the second try.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use durable_jobs::{JobResult, MaybeSend, MaybeSync};

use crate::http::{Request, Response, header};

/// Every so many calls one fails, so that retries can be seen.
const CALLS_PER_FAILURE: u64 = 11;

/// Who hears of what the CRM has received.
trait Listener: Fn(&Received<'_>) -> JobResult + MaybeSend + MaybeSync {}
impl<L: Fn(&Received<'_>) -> JobResult + MaybeSend + MaybeSync> Listener for L {}

/// A CRM that forgets what it is told.
#[derive(Default)]
pub struct DemoCrm {
    calls: AtomicU64,
    listener: Option<Box<dyn Listener>>,
}

/// News about one contact.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// Whom they are about.
    pub contact: &'a str,
    /// The same for the same news.
    pub idempotency_key: &'a str,
    /// A [`ContactUpdate`](crate::webhooks::ContactUpdate) as JSON.
    pub update: &'a str,
}

impl DemoCrm {
    /// A CRM that tells `listener` what it receives, and takes nothing while that fails.
    pub fn telling(
        listener: impl Fn(&Received<'_>) -> JobResult + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        Self {
            calls: AtomicU64::new(0),
            listener: Some(Box::new(listener)),
        }
    }

    /// `POST /crm/contacts/{contact}`
    pub(crate) fn answer(&self, contact: &str, request: &Request) -> Response {
        if self.calls.fetch_add(1, Ordering::Relaxed) % CALLS_PER_FAILURE == CALLS_PER_FAILURE - 1 {
            return Response::new(503);
        }
        let received = Received {
            contact,
            idempotency_key: request
                .headers
                .get(header::IDEMPOTENCY_KEY)
                .unwrap_or_default(),
            update: &request.body,
        };
        match self.listener.as_ref().map(|tell| tell(&received)) {
            None | Some(Ok(())) => Response::new(204),
            Some(Err(_)) => Response::new(503),
        }
    }
}

impl fmt::Debug for DemoCrm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoCrm").finish_non_exhaustive()
    }
}

//! Calls of objects, repeated where the platform says that they may be.

use std::{future::poll_fn, pin::pin, rc::Rc, task::Poll, time::Duration};

use durable_jobs_runtime::{
    BoxFuture, ClientError, ListQuery, Page,
    wire::{Answer, Request, RequestId, Transport},
};
use wasm_bindgen::{JsCast, JsValue};

use super::{binding, exchange::exchange, host::Bindings};
use crate::{
    object::clock,
    platform::{self, Namespace, PlatformError},
    port,
};

/// How often a call is sent at most.
const MOST_ATTEMPTS: u32 = 4;

/// How long the first repetition waits; each further one twice as long, and up to as long again by chance.
const FIRST_PAUSE_MS: f64 = 25.0;

/// Sends requests to objects.
pub(super) struct ObjectTransport {
    bindings: Rc<Bindings>,
}

impl ObjectTransport {
    pub(super) fn new(bindings: Rc<Bindings>) -> Self {
        Self { bindings }
    }
}

impl Transport for ObjectTransport {
    fn call(&self, mut request: Request) -> BoxFuture<'static, Result<Answer, ClientError>> {
        let Some(namespace) = self.bindings.namespace(request.class) else {
            return Box::pin(std::future::ready(Err(unbound(&request))));
        };
        if request.message.is_none() && !request.call.only_reads() {
            request
                .request
                .get_or_insert_with(|| RequestId::new(port::random()));
        }
        match request.timeout {
            None => Box::pin(send(namespace, request)),
            Some(timeout) => {
                let late = unknown(&request, "the timeout passed".to_owned());
                Box::pin(within(timeout, Box::pin(send(namespace, request)), late))
            }
        }
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'static, Result<Page, ClientError>> {
        let reason =
            "Durable Objects cannot be listed: keep the ids that you use, for example in D1";
        Box::pin(std::future::ready(Err(ClientError::Unsupported {
            job: query.job,
            reason: reason.to_owned(),
        })))
    }
}

/// Sends a request, and again with the same request id while the platform says that this may help.
async fn send(namespace: Namespace, request: Request) -> Result<Answer, ClientError> {
    let body = request.encode();
    let object = request.object_name();
    let mut pause_ms = FIRST_PAUSE_MS;
    for attempt in 1.. {
        let error = match exchange(&namespace, &object, &body).await {
            Ok(text) => return request.decode_answer(&text),
            Err(error) => error,
        };
        match verdict(&error) {
            Verdict::Again if attempt < MOST_ATTEMPTS => {}
            Verdict::Overloaded => return Err(overloaded(&request)),
            Verdict::Again | Verdict::Unknown => {
                return Err(unknown(&request, platform::thrown(&error)));
            }
        }
        let by_chance = 1.0 + platform::random();
        platform::sleep(pause_ms * by_chance).await;
        pause_ms *= 2.0;
    }
    Err(unknown(&request, "it was not sent".to_owned()))
}

/// Waits for an answer for so long at most. What was sent goes on.
async fn within(
    timeout: Duration,
    mut sending: BoxFuture<'static, Result<Answer, ClientError>>,
    late: ClientError,
) -> Result<Answer, ClientError> {
    let mut deadline = pin!(sleep(timeout));
    let answer = poll_fn(|cx| match sending.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => deadline.as_mut().poll(cx).map(|()| None),
    });
    answer.await.unwrap_or(Err(late))
}

async fn sleep(duration: Duration) {
    #[cfg(feature = "testing")]
    if crate::testing::clock().is_some() {
        return crate::testing::sleep_until(clock::now() + duration).await;
    }
    platform::sleep(clock::millis(duration)).await;
}

/// What an error of the platform says about another attempt.
enum Verdict {
    Again,
    Overloaded,
    Unknown,
}

/// See <https://developers.cloudflare.com/durable-objects/best-practices/error-handling/>.
fn verdict(error: &JsValue) -> Verdict {
    if !error.is_object() {
        return Verdict::Unknown;
    }
    let error: &PlatformError = error.unchecked_ref();
    match (error.overloaded(), error.retryable()) {
        (Some(true), _) => Verdict::Overloaded,
        (_, Some(true)) => Verdict::Again,
        _ => Verdict::Unknown,
    }
}

/// A message waits for the deployment that brings the binding.
fn unbound(request: &Request) -> ClientError {
    let job = request.job.to_owned();
    if request.message.is_none() {
        return ClientError::JobNotFound { job };
    }
    let (class, name) = (request.class, binding::of_class(request.class));
    ClientError::Transport {
        job,
        id: request.id.as_str().to_owned(),
        reason: format!(
            "the Worker has no binding `{name}` of the class `{class}`: `cargo durable-jobs wrangler` adds it to the configuration"
        ),
    }
}

fn overloaded(request: &Request) -> ClientError {
    ClientError::Overloaded {
        job: request.job.to_owned(),
        id: request.id.as_str().to_owned(),
    }
}

fn unknown(request: &Request, reason: String) -> ClientError {
    ClientError::OutcomeUnknown {
        job: request.job.to_owned(),
        id: request.id.as_str().to_owned(),
        request: request.request,
        reason,
    }
}

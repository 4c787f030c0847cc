//! Clients in the test's process.

use std::sync::Arc;

use durable_jobs_runtime::{
    BoxFuture, ClientError, ListQuery, Page,
    wire::{Answer, Request, Transport},
};
use serde_json::json;
use tokio::sync::oneshot;

use crate::{
    http::NoAnswer,
    link::{Link, wait_for},
    settle::pause,
};

type Answered = Result<Answer, ClientError>;

/// Calls jobs through the Worker that runs when they are called. A call returns once its object has it, so that
/// calls arrive in the order in which they are made.
#[derive(Debug)]
pub(crate) struct Ordered(pub(crate) Arc<Link>);

/// Calls jobs through the Worker that runs when they are called.
#[derive(Debug)]
pub(crate) struct Free(pub(crate) Arc<Link>);

impl Transport for Ordered {
    fn call(&self, request: Request) -> BoxFuture<'static, Answered> {
        let lost = unknown(&request, "the answer was not waited for");
        let answer = wait_for(self.send(request));
        Box::pin(async move { answer.await.unwrap_or(Err(lost)) })
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'static, Result<Page, ClientError>> {
        Box::pin(list(self.0.clone(), query))
    }
}

impl Transport for Free {
    fn call(&self, request: Request) -> BoxFuture<'static, Answered> {
        Box::pin(carry(self.0.clone(), request))
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'static, Result<Page, ClientError>> {
        Box::pin(list(self.0.clone(), query))
    }
}

impl Ordered {
    async fn send(&self, request: Request) -> oneshot::Receiver<Answered> {
        let link = &self.0;
        link.know(&request);
        let before = link.received().await;
        let (sender, receiver) = oneshot::channel();
        let carried = carry(link.clone(), request);
        #[expect(clippy::disallowed_methods, reason = "the case goes on meanwhile")]
        tokio::spawn(async move {
            // A case need not wait for the answer.
            let _ = sender.send(carried.await);
        });
        while receiver.is_empty() && link.received().await <= before {
            pause().await;
        }
        receiver
    }
}

async fn list(link: Arc<Link>, query: ListQuery) -> Result<Page, ClientError> {
    let listed = link.ask("/list", &query).await;
    serde_json::from_str(&listed).unwrap_or_else(|error| panic!("{error}: {listed}"))
}

async fn carry(link: Arc<Link>, request: Request) -> Answered {
    let _unanswered = link.unanswered_call();
    let sent = json!({
        "class": request.class,
        "timeout_ms": request.timeout.map(|timeout| timeout.as_millis()),
        "request": request.encode(),
    });
    match link.post("/call", sent.to_string()).await {
        Ok(answer) => request.decode_answer(&answer),
        Err(NoAnswer::Gone(reason) | NoAnswer::Refused(reason)) => Err(unknown(&request, &reason)),
    }
}

fn unknown(request: &Request, reason: &str) -> ClientError {
    ClientError::OutcomeUnknown {
        job: request.job.to_owned(),
        id: request.id.as_str().to_owned(),
        request: request.request,
        reason: reason.to_owned(),
    }
}

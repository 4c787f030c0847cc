//! The way of clients to whatever engine lives when they call.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use durable_jobs_runtime::{
    BoxFuture, ClientError, Engine, ListQuery, Page,
    wire::{Answer, Connect, Request, RequestId, Transport},
};

use crate::{
    body::{Body, Living},
    machine::{CallFault, Drive, Life},
};

pub(crate) struct BodyTransport(pub(crate) Arc<Body>);

impl Transport for BodyTransport {
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Answer, ClientError>> {
        let (job, id) = (request.job.to_owned(), request.id.as_str().to_owned());
        let name = request.request;
        let Some(Living { life, engine }) = self.0.living() else {
            return Box::pin(async { Err(ClientError::ShuttingDown { job, id }) });
        };
        let answer = self.0.deliver(&engine, request);
        Box::pin(Calling {
            body: self.0.clone(),
            life,
            job,
            id,
            request: name,
            answer,
        })
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'static, Result<Page, ClientError>> {
        let (job, id) = (query.job.clone(), String::new());
        match self.0.living() {
            Some(Living { engine, .. }) => engine.list(query),
            None => Box::pin(async { Err(ClientError::ShuttingDown { job, id }) }),
        }
    }
}

impl Body {
    /// Hands a call to the engine, unless chance has something against it.
    fn deliver(&self, engine: &Engine, request: Request) -> Answering {
        let fault = {
            let state = self.machine.lock();
            let chance = state.faults.chance.as_ref();
            chance.and_then(|chance| chance.at_call(state.clock.now(), &request))
        };
        let lost = lost(&request);
        match fault {
            None => engine.transport().call(request),
            Some(CallFault::Unsent) => Box::pin(async { Err(lost) }),
            Some(CallFault::Unanswered) => {
                let answer = engine.transport().call(request);
                Box::pin(async { answer.await.and(Err(lost)) })
            }
            Some(CallFault::Twice) => {
                let transport = engine.transport();
                let first = transport.call(request.clone());
                Box::pin(async move {
                    // Whoever has lost the first answer asks again.
                    drop(first.await);
                    transport.call(request).await
                })
            }
        }
    }
}

fn lost(request: &Request) -> ClientError {
    ClientError::OutcomeUnknown {
        job: request.job.to_owned(),
        id: request.id.as_str().to_owned(),
        request: request.request,
        reason: "the answer was lost".to_owned(),
    }
}

type Answering = BoxFuture<'static, Result<Answer, ClientError>>;

/// A call that is out. Whoever waits for it drives the machine.
struct Calling {
    body: Arc<Body>,
    life: Life,
    job: String,
    id: String,
    request: Option<RequestId>,
    answer: Answering,
}

impl Calling {
    fn unknown(&self) -> ClientError {
        let reason = "the machine crashed before it answered".to_owned();
        ClientError::OutcomeUnknown {
            job: self.job.clone(),
            id: self.id.clone(),
            request: self.request,
            reason,
        }
    }
}

impl Future for Calling {
    type Output = Result<Answer, ClientError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let drive = self.body.machine.drive();
            let polled = self.answer.as_mut().poll(context);
            if !self.body.machine.is_alive(self.life) {
                return Poll::Ready(Err(self.unknown()));
            }
            if polled.is_ready() {
                return polled;
            }
            let something_is_ready = !self.body.machine.watch(drive, context.waker());
            // What is due already would not wait for the test either.
            if !something_is_ready && (drive == Drive::Busy || !self.body.run_one()) {
                return Poll::Pending;
            }
        }
    }
}

//! What the typed clients share: the way to the host, and answers of the expected type.

use std::{
    fmt,
    future::{self, Future},
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use crate::{
    BoxFuture, ClientError, InstanceId, ListQuery, Page,
    state::{Codec, CodecError},
    wire::{Answer, AnswerType, Call, Request, RequestId, Status, Transport},
};

/// The answer that a call will have. Not an `async fn`, of which there would be one more state machine in the code of
/// each call.
#[must_use = "no answer comes before it is awaited"]
pub(crate) struct Reply<'a, T> {
    line: &'a Line,
    id: &'a str,
    answer: BoxFuture<'static, Result<Answer, ClientError>>,
    expected: PhantomData<fn() -> T>,
}

impl<T: AnswerType> Future for Reply<'_, T> {
    type Output = Result<T, ClientError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.answer.as_mut().poll(cx))?;
        Poll::Ready(answer.take().ok_or_else(|| self.line.mismatch(self.id)))
    }
}

/// The way from a client to the instances of one job.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) job: &'static str,
    pub(crate) class: &'static str,
    pub(crate) timeout: Option<Duration>,
    pub(crate) request: Option<RequestId>,
}

impl Line {
    /// Sends a call and gives the answer that belongs to it.
    pub(crate) fn ask<'a, T: AnswerType>(&'a self, id: &'a str, call: Call) -> Reply<'a, T> {
        Reply {
            line: self,
            id,
            answer: self.send(id, call),
            expected: PhantomData,
        }
    }

    /// Apart from `ask`, and with `mismatch` and the reading of answers: a Worker compiles each function when it is
    /// called first, and one that makes many calls would have all of this in it many times.
    #[inline(never)]
    fn send(&self, id: &str, call: Call) -> BoxFuture<'static, Result<Answer, ClientError>> {
        let Self {
            job,
            class,
            timeout,
            request,
            ..
        } = *self;
        match InstanceId::new(id) {
            Ok(id) => self.transport.call(Request {
                job,
                class,
                id,
                call,
                timeout,
                request,
                message: None,
            }),
            Err(reason) => {
                let job = job.to_owned();
                Box::pin(future::ready(Err(ClientError::InvalidId { job, reason })))
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn mismatch(&self, id: &str) -> ClientError {
        let reason = match self.request {
            Some(request) => format!(
                "request {request} has named another call, so this one was not made: give each call an id of its own"
            ),
            None => {
                "the host answered another question: client and host differ in version".to_owned()
            }
        };
        let field = None;
        self.validation(id, CodecError { field, reason })
    }

    /// Lists instances of the job.
    pub(crate) async fn list(
        &self,
        status: Option<Status>,
        after: Option<&str>,
    ) -> Result<Page, ClientError> {
        let (job, after) = (self.job.to_owned(), after.map(str::to_owned));
        let limit = Page::LIMIT;
        self.transport
            .list(ListQuery {
                job,
                status,
                after,
                limit,
            })
            .await
    }

    pub(crate) fn encode<T>(
        &self,
        id: &str,
        codec: Codec<T>,
        value: &T,
    ) -> Result<Arc<str>, ClientError> {
        codec
            .encode(value)
            .map_err(|error| self.validation(id, error))
    }

    pub(crate) fn decode<T>(
        &self,
        id: &str,
        codec: Codec<T>,
        json: &str,
    ) -> Result<T, ClientError> {
        codec
            .decode(json)
            .map_err(|error| self.validation(id, error))
    }

    fn validation(&self, id: &str, error: CodecError) -> ClientError {
        let CodecError { field, reason } = error;
        ClientError::Validation {
            job: self.job.to_owned(),
            id: id.to_owned(),
            field,
            reason,
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("job", &self.job)
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// Writes the type of a client and how one is made.
macro_rules! client_type {
    ($(#[$doc:meta])* $name:ident: $kind:ident) => {
        $(#[$doc])*
        pub struct $name<J> {
            line: $crate::line::Line,
            job: std::marker::PhantomData<fn() -> J>,
        }

        impl<J: $kind> $name<J> {
            /// A client of the job's instances on `host`.
            pub fn new(host: &impl $crate::wire::Connect) -> Self {
                let line = $crate::line::Line {
                    transport: host.transport(),
                    job: J::SPEC.name,
                    class: J::CLASS,
                    timeout: None,
                    request: None,
                };
                Self { line, job: std::marker::PhantomData }
            }

            /// Names the calls of this client: of all calls of one instance with one
            /// [`RequestId`](crate::wire::RequestId) within five minutes, one takes effect, and all get its answer.
            /// Each call needs an id of its own: another one with the same id is not made. Without one unless set.
            #[must_use]
            pub fn with_request(mut self, request: $crate::wire::RequestId) -> Self {
                self.line.request = Some(request);
                self
            }

            /// Bounds how long calls wait for their answer. When the time has passed they fail with
            /// [`ClientError::OutcomeUnknown`]: the call may still take effect.
            #[must_use]
            pub fn with_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.line.timeout = Some(timeout);
                self
            }

            /// Lists instances as they are stored, in the order of their ids: at most [`Page::LIMIT`](crate::Page::LIMIT) of
            /// them, those in `status` only if one is given, those behind the id `after`. Each page tells
            /// what the next one is listed after.
            pub async fn list(
                &self,
                status: Option<$crate::wire::Status>,
                after: Option<&str>,
            ) -> Result<$crate::Page, ClientError> {
                self.line.list(status, after).await
            }
        }

        impl<J> Clone for $name<J> {
            fn clone(&self) -> Self {
                Self { line: self.line.clone(), job: std::marker::PhantomData }
            }
        }

        impl<J> std::fmt::Debug for $name<J> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.line).finish()
            }
        }
    };
}
pub(crate) use client_type;

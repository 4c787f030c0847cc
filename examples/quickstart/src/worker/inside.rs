//! The way from the jobs to what the demonstration plays in the same Worker.

use durable_jobs::{BoxFuture, JobResult};
use worker::console_log;

use crate::{
    http::{Http, Method, Request, Response},
    server::Server,
};

/// Answers requests without sending them: a Worker does not know its own address.
pub(super) struct Inside(pub(super) Server);

impl Http for Inside {
    fn send(&self, request: Request) -> BoxFuture<'_, JobResult<Response>> {
        Box::pin(async move {
            let asked = match request.method {
                Method::Get => format!("GET {}", request.url),
                _ => format!("POST {} {}", request.url, request.body),
            };
            let answer = self.0.answer(request).await;
            console_log!("{asked} -> {} {}", answer.status, answer.body);
            Ok(answer)
        })
    }
}

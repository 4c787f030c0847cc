//! The way from the jobs to other servers.

use durable_jobs::{BoxFuture, JobResult};
use worker::{Fetch, RequestInit};

use crate::http::{Headers, Http, Method, Request, Response, header};

/// Fetches, as Workers do.
pub(super) struct Outside;

impl Http for Outside {
    fn send(&self, request: Request) -> BoxFuture<'_, JobResult<Response>> {
        Box::pin(async move {
            let sending = worker::Request::new_with_init(&request.url, &init(&request)?)?;
            let mut answer = Fetch::Request(sending).send().await?;
            let mut headers = Headers::default();
            if let Some(value) = answer.headers().get(header::RETRY_AFTER)? {
                headers.add(header::RETRY_AFTER, value);
            }
            Ok(Response {
                status: answer.status_code(),
                headers,
                body: answer.text().await?,
            })
        })
    }
}

fn init(request: &Request) -> worker::Result<RequestInit> {
    let headers = worker::Headers::new();
    for (name, value) in request.headers.iter() {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers);
    if request.method != Method::Get {
        init.with_method(worker::Method::Post)
            .with_body(Some(request.body.as_str().into()));
    }
    Ok(init)
}

//! The way from the jobs to other servers.

use durable_jobs::{BoxFuture, JobResult};
use worker::{
    js_sys,
    wasm_bindgen::JsCast,
    wasm_bindgen_futures::JsFuture,
    web_sys::{self, WorkerGlobalScope},
};

use super::requests::{incoming, outgoing};
use crate::http::{Http, Request, Response};

/// Fetches, as Workers do.
pub(super) struct Outside;

impl Http for Outside {
    fn send(&self, request: Request) -> BoxFuture<'_, JobResult<Response>> {
        Box::pin(async move { Ok(fetch(&request).await?) })
    }
}

async fn fetch(request: &Request) -> worker::Result<Response> {
    let worker: WorkerGlobalScope = js_sys::global().unchecked_into();
    let answer = worker.fetch_with_request(&outgoing(request)?);
    let answer: web_sys::Response = JsFuture::from(answer).await?.unchecked_into();
    incoming(answer).await
}

//! The way to other servers, and to the program's own: real connections.

use std::{sync::Arc, time::Duration};

use durable_jobs::{BoxFuture, JobResult};
use quickstart::http::{Headers, Http, Method, Request, Response, header};
use reqwest::{Client, header::RETRY_AFTER};

/// Sends requests over connections that are kept.
pub(crate) struct Web(Client);

impl Web {
    pub(crate) fn open() -> reqwest::Result<Arc<dyn Http>> {
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(5))
            .build()?;
        Ok(Arc::new(Self(client)))
    }
}

impl Http for Web {
    fn send(&self, request: Request) -> BoxFuture<'_, JobResult<Response>> {
        Box::pin(async move {
            let mut sending = match request.method {
                Method::Get => self.0.get(&request.url),
                _ => self.0.post(&request.url),
            };
            for (name, value) in request.headers.iter() {
                sending = sending.header(name, value);
            }
            let answer = sending.body(request.body).send().await?;
            let mut headers = Headers::default();
            let retry_after = answer.headers().get(RETRY_AFTER);
            if let Some(value) = retry_after.and_then(|value| value.to_str().ok()) {
                headers.add(header::RETRY_AFTER, value);
            }
            Ok(Response {
                status: answer.status().as_u16(),
                headers,
                body: answer.text().await?,
            })
        })
    }
}

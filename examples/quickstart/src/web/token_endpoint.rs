//! A token endpoint over HTTP.

use durable_jobs::{BoxFuture, JobResult};

use super::{Place, place};
use crate::{
    http::{FORM, Method, Request, header},
    percent,
    services::{HttpAnswer, TokenEndpoint},
};

#[derive(Debug)]
pub(super) struct HttpTokenEndpoint {
    pub(super) at: Place,
    /// The value of the header that tells who asks.
    pub(super) credentials: String,
}

impl TokenEndpoint for HttpTokenEndpoint {
    fn post<'a>(&'a self, form: &'a [(&'a str, &'a str)]) -> BoxFuture<'a, JobResult<HttpAnswer>> {
        let request = Request::new(Method::Post, self.at.url())
            .with(header::AUTHORIZATION, &self.credentials)
            .carrying(FORM, percent::encode_form(form));
        Box::pin(async move {
            let answer = self.at.send(request).await?;
            Ok(HttpAnswer {
                status: answer.status,
                retry_after: place::retry_after(&answer),
                body: answer.body,
            })
        })
    }
}

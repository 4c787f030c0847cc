//! A CRM over HTTP.

use durable_jobs::{BoxFuture, JobResult};

use super::Place;
use crate::{
    http::{JSON, header},
    percent,
    services::Crm,
    webhooks::ContactUpdate,
};

#[derive(Debug)]
pub(super) struct HttpCrm {
    pub(super) at: Place,
}

impl Crm for HttpCrm {
    /// `POST /contacts/{contact}` with the update as JSON.
    fn update<'a>(
        &'a self,
        contact: &'a str,
        idempotency_key: &'a str,
        update: &'a ContactUpdate,
    ) -> BoxFuture<'a, JobResult> {
        Box::pin(async move {
            let request = self
                .at
                .post(&format!("contacts/{}", percent::encode(contact)))
                .with(
                    header::IDEMPOTENCY_KEY,
                    percent::encode_header(idempotency_key),
                )
                .carrying(JSON, serde_json::to_string(update)?);
            self.at.ask(request).await.map(drop)
        })
    }
}

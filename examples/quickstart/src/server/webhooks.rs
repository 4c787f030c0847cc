//! `/webhooks/{contact}`

use durable_jobs::Status;
use serde::Serialize;

use super::{Refused, Server};
use crate::{
    Webhook,
    http::{Request, Response},
    webhooks::ContactUpdate,
};

/// The answer to a webhook.
#[derive(Serialize)]
struct Acknowledged<'a> {
    id: &'a str,
    duplicate: bool,
    waiting: u64,
}

/// What waits for the CRM.
#[derive(Serialize)]
struct Waiting<'a> {
    status: Status,
    waiting: u64,
    batch: Option<&'a ContactUpdate>,
}

impl Server {
    /// `POST`: 202 when the webhook is durable, 200 when it was there before.
    ///
    /// Senders of webhooks repeat what is not acknowledged, so the answer must not come before the commit.
    pub(super) async fn receive_webhook(
        &self,
        contact: &str,
        request: &Request,
    ) -> Result<Response, Refused> {
        let webhook: Webhook = serde_json::from_str(&request.body)?;
        let id = webhook.id.clone();
        let added = self
            .clients
            .webhooks
            .add_once(contact, &id, webhook)
            .await?;
        self.program.acknowledged(contact, &added);
        let status = match added.duplicate {
            true => 200,
            false => 202,
        };
        let body = Acknowledged {
            id: &id,
            duplicate: added.duplicate,
            waiting: added.event_count,
        };
        Ok(Response::json(status, &body))
    }

    /// `GET`: what waits for the CRM.
    pub(super) async fn waiting(&self, contact: &str) -> Result<Response, Refused> {
        let status = self.clients.webhooks.status(contact).await?;
        let batch = self.clients.webhooks.state(contact).await?;
        let body = Waiting {
            status: status.status,
            waiting: status.event_count,
            batch: batch.as_ref().map(|batch| batch.update()),
        };
        Ok(Response::json(200, &body))
    }
}

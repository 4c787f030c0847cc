//! Folds the webhooks of a contact into one call of the CRM.

use std::collections::BTreeMap;

use durable_jobs::{Timestamp, prelude::*};
use serde_json::Value;

use crate::services::Services;

/// One webhook: something that happened to a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// The sender's id for it: the same when it is delivered again.
    pub id: String,
    /// What happened, such as `email.opened`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, which need not be the order of arrival.
    pub occurred_at: Timestamp,
    /// The contact's fields that changed.
    #[serde(default)]
    pub payload: BTreeMap<String, Value>,
}

/// The webhooks of one contact that wait for the CRM.
///
/// A batch begins with its first webhook and is handed over 3 s later, or when it has 25.
#[debounce(
    flush_after = "3s",
    max_events = 25,
    retry(max_attempts = 10, base = "500ms", max = "10s", jitter),
    timeout = "10s"
)]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WebhookBatch {
    update: ContactUpdate,
    changed_at: BTreeMap<String, Timestamp>,
}

/// What a batch amounts to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContactUpdate {
    /// How often each type of webhook came.
    pub counts: BTreeMap<String, u64>,
    /// The latest value of each field that changed.
    pub fields: BTreeMap<String, Value>,
    /// The webhooks in it, in order of arrival.
    pub webhooks: Vec<String>,
}

impl WebhookBatch {
    /// What the batch amounts to so far.
    pub fn update(&self) -> &ContactUpdate {
        &self.update
    }

    /// Keeps the latest value by the time at which it was set, because webhooks overtake one another.
    fn set(&mut self, field: String, value: Value, at: Timestamp) {
        let changed_at = self.changed_at.entry(field.clone()).or_insert(at);
        if *changed_at <= at {
            *changed_at = at;
            self.update.fields.insert(field, value);
        }
    }
}

impl Debounce for WebhookBatch {
    type Event = Webhook;
    type Env = Services;

    fn on_event(&mut self, webhook: Webhook, _ctx: &EventContext) -> JobResult {
        for (field, value) in webhook.payload {
            self.set(field, value, webhook.occurred_at);
        }
        *self.update.counts.entry(webhook.kind).or_default() += 1;
        self.update.webhooks.push(webhook.id);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        let key = ctx.idempotency_key();
        ctx.env().crm.update(ctx.id(), &key, &self.update).await
    }
}

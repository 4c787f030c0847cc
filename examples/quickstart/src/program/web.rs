//! The world over HTTP: the token endpoint, and the senders of webhooks and orders.

use std::time::Duration;

use durable_jobs::{BoxFuture, JobResult};
use quickstart::{
    OrderEvent,
    services::{HttpAnswer, TokenEndpoint, World},
};
use reqwest::{Client, Response, StatusCode, header::RETRY_AFTER};

use super::{feed::Feed, order_id, server::oauth};

/// Webhooks that are sent in one step of half a second.
const WEBHOOKS_PER_STEP: u64 = 6;

/// Somebody orders every so many steps.
const STEPS_PER_ORDER: u64 = 5;

/// Calls the program's own server, over a real connection.
#[derive(Clone, Debug)]
pub(crate) struct Web {
    client: Client,
    base: String,
    feed: Feed,
}

impl Web {
    /// Calls the server at `base`, such as `http://127.0.0.1:4780`.
    pub(crate) fn new(base: &str, feed: Feed) -> reqwest::Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(5))
            .build()?;
        Ok(Self {
            client,
            base: base.to_owned(),
            feed,
        })
    }

    async fn send_webhooks(&self, step: u64) -> JobResult {
        for delivery in self.feed.from(step * WEBHOOKS_PER_STEP, WEBHOOKS_PER_STEP) {
            let url = format!("{}/webhooks/{}", self.base, delivery.contact);
            self.client
                .post(url)
                .json(&delivery.webhook)
                .send()
                .await?
                .error_for_status()?;
        }
        Ok(())
    }

    /// One customer orders; others pay: most of them soon, some after the reminder, some never.
    async fn send_orders(&self, step: u64) -> JobResult {
        if !step.is_multiple_of(STEPS_PER_ORDER) {
            return Ok(());
        }
        let order = 1 + step / STEPS_PER_ORDER;
        let total_cents = 990 + order * 1_337 % 9_000;
        self.send_order(order, "placed", &OrderEvent::Placed { total_cents })
            .await?;
        let payers = [
            order.checked_sub(2).filter(|n| n % 4 > 1),
            order.checked_sub(4).filter(|n| n % 4 == 1),
        ];
        for order in payers.into_iter().flatten() {
            self.send_order(order, "paid", &OrderEvent::Paid).await?;
        }
        Ok(())
    }

    async fn send_order(&self, order: u64, name: &str, event: &OrderEvent) -> JobResult {
        let id = order_id(order);
        let request = self
            .client
            .post(format!("{}/orders/{id}/events", self.base))
            .header("idempotency-key", format!("{id}-{name}"))
            .json(event);
        let answer = request.send().await?;
        // Who pays when the program comes back after a long time is too late, and knows it by this answer.
        if answer.status() != StatusCode::CONFLICT {
            answer.error_for_status()?;
        }
        Ok(())
    }
}

impl World for Web {
    fn act(&self, step: u64) -> BoxFuture<'_, JobResult> {
        Box::pin(async move {
            self.send_webhooks(step).await?;
            self.send_orders(step).await
        })
    }
}

impl TokenEndpoint for Web {
    fn post<'a>(&'a self, form: &'a [(&'a str, &'a str)]) -> BoxFuture<'a, JobResult<HttpAnswer>> {
        Box::pin(async move {
            let request = self
                .client
                .post(format!("{}/oauth/token", self.base))
                .basic_auth(oauth::CLIENT_ID, Some(oauth::CLIENT_SECRET))
                .form(form);
            let answer = request.send().await?;
            let (status, retry_after) = (answer.status().as_u16(), retry_after(&answer));
            Ok(HttpAnswer {
                status,
                retry_after,
                body: answer.text().await?,
            })
        })
    }
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3); a date there is left to the retry policy.
fn retry_after(answer: &Response) -> Option<Duration> {
    let seconds = answer
        .headers()
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

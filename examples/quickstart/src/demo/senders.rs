//! Who sends webhooks and orders.

use durable_jobs::{BoxFuture, JobResult};

use super::feed;
use crate::{
    OrderEvent,
    http::{JSON, Response, header},
    percent,
    services::World,
    web::Place,
};

/// Webhooks that are sent in one step of half a second.
const WEBHOOKS_PER_STEP: u64 = 6;

/// Somebody orders every so many steps.
const STEPS_PER_ORDER: u64 = 5;

/// Senders of webhooks, and customers.
#[derive(Debug)]
pub struct Senders {
    /// Whom they send to.
    pub to: Place,
}

impl Senders {
    async fn send_webhooks(&self, step: u64) -> JobResult {
        for delivery in feed::deliveries(step * WEBHOOKS_PER_STEP, WEBHOOKS_PER_STEP) {
            let delivery = delivery?;
            let path = format!("webhooks/{}", percent::encode(&delivery.contact));
            let body = serde_json::to_string(&delivery.webhook)?;
            self.to
                .ask(self.to.post(&path).carrying(JSON, body))
                .await?;
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
        let id = format!("order-{order:04}");
        let request = self
            .to
            .post(&format!("orders/{id}/events"))
            .with(header::IDEMPOTENCY_KEY, format!("{id}-{name}"))
            .carrying(JSON, serde_json::to_string(event)?);
        match self.to.send(request).await? {
            // Who pays when the program comes back after a long time is too late, and knows it by this answer.
            Response { status: 409, .. } => Ok(()),
            answer => self.to.expect_success(answer).map(drop),
        }
    }
}

impl World for Senders {
    fn act(&self, step: u64) -> BoxFuture<'_, JobResult> {
        Box::pin(async move {
            self.send_webhooks(step).await?;
            self.send_orders(step).await
        })
    }
}

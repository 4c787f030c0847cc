//! The clients of all jobs.

use durable_jobs::Connect;

use crate::{OrderClient, TokenRefresherClient, TrafficClient, WebhookBatchClient};

/// One client per job; clones are cheap.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Of [`TokenRefresher`](crate::TokenRefresher), by user.
    pub tokens: TokenRefresherClient,
    /// Of [`WebhookBatch`](crate::WebhookBatch), by contact.
    pub webhooks: WebhookBatchClient,
    /// Of [`Order`](crate::Order), by order.
    pub orders: OrderClient,
    /// Of [`Traffic`](crate::Traffic).
    pub traffic: TrafficClient,
}

impl Clients {
    /// The clients of the jobs on `host`.
    pub fn new(host: &impl Connect) -> Self {
        Self {
            tokens: TokenRefresherClient::new(host),
            webhooks: WebhookBatchClient::new(host),
            orders: OrderClient::new(host),
            traffic: TrafficClient::new(host),
        }
    }
}

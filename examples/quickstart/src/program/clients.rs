//! The clients of all jobs.

use durable_jobs::Host;
use quickstart::{OrderClient, TokenRefresherClient, TrafficClient, WebhookBatchClient};

/// One client per job; clones are cheap.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    pub(crate) tokens: TokenRefresherClient,
    pub(crate) webhooks: WebhookBatchClient,
    pub(crate) orders: OrderClient,
    pub(crate) traffic: TrafficClient,
}

impl Clients {
    pub(crate) fn new(host: &Host) -> Self {
        Self {
            tokens: TokenRefresherClient::new(host),
            webhooks: WebhookBatchClient::new(host),
            orders: OrderClient::new(host),
            traffic: TrafficClient::new(host),
        }
    }
}

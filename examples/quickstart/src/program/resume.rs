//! What the program finds in the file when it starts.

use std::fmt;

use durable_jobs::{ClientError, Status};

use super::{clients::Clients, feed::Feed, narrator::counted, order_id, user_ids, web};

/// How many of the latest orders are looked at; older ones have been archived.
const LATEST_ORDERS: u64 = 100;

/// The instance of the job that plays the world.
pub(crate) const TRAFFIC: &str = "demo";

/// Work that waits in the file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    refreshers: u64,
    batches: u64,
    webhooks: u64,
    orders: u64,
    steps: u64,
}

/// Asks every instance that this program may have made before.
pub(crate) async fn look(clients: &Clients, feed: &Feed) -> Result<Found, ClientError> {
    let mut found = Found::default();
    for contact in feed.contacts() {
        let waiting = clients.webhooks.status(contact).await?.event_count;
        found.batches += u64::from(waiting > 0);
        found.webhooks += waiting;
    }
    for user in user_ids() {
        let status = clients.tokens.status(&user).await?.status;
        found.refreshers += u64::from(status != Status::NotFound);
    }
    found.steps = clients
        .traffic
        .state(TRAFFIC)
        .await?
        .map_or(0, |traffic| traffic.steps);
    let orders = web::orders_after(found.steps);
    for order in 1 + orders.saturating_sub(LATEST_ORDERS)..=orders {
        let status = clients.orders.status(&order_id(order)).await?.status;
        found.orders += u64::from(status != Status::NotFound);
    }
    Ok(found)
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            refreshers,
            batches,
            webhooks,
            orders,
            steps,
        } = self;
        if refreshers + batches + orders + steps == 0 {
            return f.write_str("nothing waits in it: everything begins anew");
        }
        write!(
            f,
            "resuming {}, {} with {}, {}",
            counted(*refreshers, "token refresher"),
            counted(*batches, "open batch"),
            counted(*webhooks, "webhook"),
            counted(*orders, "order"),
        )
    }
}

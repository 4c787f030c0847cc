//! What the program plays.

mod narrator;
mod receivers;

use std::time::Duration;

use durable_jobs::{ClientError, Envelope};
use webhook_delivery::{Delivery, DeliveryClient};

pub(crate) use self::{narrator::Narrator, receivers::Receivers};

/// The instance that holds all webhooks.
pub(crate) const QUEUE: &str = "outgoing";

/// Webhooks for each receiver.
pub(crate) const EACH: u64 = 4;

const RECEIVERS: [&str; 6] = ["steady", "flaky", "busy", "stalls", "broken", "gone"];

/// How often it is asked how far the queue is.
const GLANCE: Duration = Duration::from_millis(50);

/// Enqueues webhooks, waits until the queue has done what it could, mends a receiver and tries its dead letters again.
pub(crate) async fn play(
    deliveries: &DeliveryClient,
    receivers: &Receivers,
) -> Result<(), ClientError> {
    let webhooks = (0..EACH).flat_map(|number| {
        RECEIVERS.map(|receiver| {
            let id = format!("{receiver}-{number}");
            let delivery = Delivery {
                url: receivers.url(receiver),
                body: format!("{{\"event\":\"{id}\"}}"),
            };
            Envelope::new(delivery).id(&id)
        })
    });
    let enqueued = deliveries.enqueue_many(QUEUE, webhooks).await?;
    println!("{} webhooks are on disk", enqueued.enqueued);
    until_quiet(deliveries).await?;

    for dead in deliveries.dead_letters(QUEUE, 100).await? {
        let id = dead.event_id.unwrap_or_default();
        println!(
            "dead letter {id}: {} after {} attempts",
            dead.error, dead.attempts
        );
    }
    receivers.mend();
    let revived = deliveries.retry_all_dead(QUEUE).await?.revived;
    println!("/broken was mended, {revived} dead letters are tried again");
    until_quiet(deliveries).await?;
    let status = deliveries.status(QUEUE).await?;
    println!(
        "{} delivered, {} dead letters",
        status.processed, status.dead
    );
    Ok(())
}

/// Waits until nothing is pending, in flight or delayed.
#[expect(clippy::disallowed_methods, reason = "the demo runs in real time")]
async fn until_quiet(deliveries: &DeliveryClient) -> Result<(), ClientError> {
    loop {
        let status = deliveries.status(QUEUE).await?;
        if status.pending + status.in_flight + status.delayed == 0 {
            return Ok(());
        }
        tokio::time::sleep(GLANCE).await;
    }
}

//! Delivers webhooks to receivers that fail, stall and ask for time, and prints what happens.

#![forbid(unsafe_code)]

mod demo;

use std::error::Error;

use demo::{Narrator, Receivers, play};
use durable_jobs::Host;
use webhook_delivery::{Delivery, DeliveryClient, Receiver, ReceiverClient, Services, Web};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let receivers = Receivers::serve().await?;
    let services = Services::new(Web::open()?);
    let host = Host::open(folder.path().join("webhooks.db"))
        .env(services.clone())
        .job::<Delivery>()
        .job::<Receiver>()
        .observer(Narrator)
        .without_tracing()
        .start()
        .await?;
    services
        .receivers
        .get_or_init(|| ReceiverClient::new(&host));
    play(&DeliveryClient::new(&host), &receivers).await?;
    host.shutdown().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everything_that_can_be_delivered_is_over_http() -> Result<(), Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let receivers = Receivers::serve().await?;
        let services = Services::new(Web::open()?);
        let host = Host::open(folder.path().join("webhooks.db"))
            .env(services.clone())
            .job::<Delivery>()
            .job::<Receiver>()
            .start()
            .await?;
        services
            .receivers
            .get_or_init(|| ReceiverClient::new(&host));
        let deliveries = DeliveryClient::new(&host);
        play(&deliveries, &receivers).await?;
        let status = deliveries.status(demo::QUEUE).await?;
        let gone = demo::EACH;
        assert_eq!((status.processed, status.dead), (5 * demo::EACH, gone));
        assert_eq!(receivers.taken(), 5 * demo::EACH, "each once");
        host.shutdown().await;
        Ok(())
    }
}

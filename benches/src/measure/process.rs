//! A queue that is worked through.

use std::time::{Duration, Instant};

use super::{folder, host};
use crate::{
    Failure,
    jobs::{Delivery, DeliveryClient, Webhook},
    options::Options,
    raw::{Limit, Written},
    report::{Figure, Goal, Report},
};

const NAME: &str = "process_100000_messages_1_instance";
const MESSAGES: u64 = 100_000;

/// How often it is asked how far the queue is.
const GLANCE: Duration = Duration::from_millis(5);

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    if !options.wants(NAME) {
        return Ok(());
    }
    let folder = folder(options)?;
    let host = host(&folder, "queue.db").await?;
    let deliveries = DeliveryClient::new(&host);
    let message = |number| Delivery(Webhook::new(number));
    deliveries.enqueue("all", message(0)).await?;
    deliveries.pause("all").await?;
    deliveries
        .enqueue_many("all", (1..MESSAGES).map(message))
        .await?;
    let (before, begun) = (host.commit_statistics(), Instant::now());
    deliveries.resume("all").await?;
    while deliveries.status("all").await?.processed < MESSAGES {
        tokio::time::sleep(GLANCE).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let after = host.commit_statistics();
    let path = host.path().to_owned();
    host.shutdown().await;
    let groups = (after.groups - before.groups).max(1);
    let group = MESSAGES as f64 / groups as f64;
    let raw_path = folder.path().join("limit.db");
    let (raw, _) = tokio::task::spawn_blocking(move || {
        Limit::new(&path, &raw_path, Written::Changes)?.write(MESSAGES as usize, group)
    })
    .await??;
    let figure = Figure::new(NAME, MESSAGES as f64 / seconds, "/s")
        .beside(MESSAGES as f64 / raw.as_secs_f64())
        .goal(Goal::ValueAtLeast(15_000.0))
        .note(format!(
            "group {group:.1}, a mark and a deletion each beside one change"
        ));
    report.add(&figure);
    Ok(())
}

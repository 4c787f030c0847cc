//! A schedule that was changed between two starts is followed at once.

use durable_jobs::prelude::*;

use crate::jobs::{Bench, Pulse, SlowPulse, SlowPulseClient};

#[tokio::test]
async fn instances_of_the_old_schedule_follow_the_new_one() {
    let bench = Bench::new();
    let host = bench.bare().job::<SlowPulse>().start().await.unwrap();
    for number in 0..600 {
        SlowPulseClient::new(&host)
            .start(&format!("{number}"), SlowPulse)
            .await
            .unwrap();
    }
    bench.advance(&host, Duration::from_mins(1)).await;
    assert_eq!(bench.services.take_beats(), []);
    host.shutdown().await;

    let host = bench.bare().job::<Pulse>().start().await.unwrap();
    host.settled().await;
    bench.advance(&host, Duration::from_mins(1)).await;
    assert_eq!(bench.services.take_beats().len(), 600);
    host.shutdown().await;
}

//! What only this platform does to jobs: kills, evictions, panics that end the program, limits, load.

mod access;
mod batches;
mod costs;
mod costs_of_limits;
mod costs_of_queues;
mod crashes;
mod evictions;
mod load;
mod panics;
mod retries;
mod sizes;
mod tracker;

use std::{fmt::Debug, future::Future, time::Duration};

use durable_jobs_runtime::{ClientError, debounce::DebounceClient, wire::RequestId};
use durable_jobs_testing::conformance::{
    World,
    fixtures::basket::{Basket, BasketSettings, Item},
};

/// Longer than anything takes that a test waits for, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the runs of a basket were given, one entry for each run.
fn batches(world: &World, id: &str) -> Vec<Vec<u64>> {
    let runs = world.runs(id);
    let items = runs.iter().map(|run| run.state["items"].clone());
    items
        .map(|items| serde_json::from_value(items).expect("numbers"))
        .collect()
}

/// Runs futures side by side.
async fn all<F>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    #[expect(clippy::disallowed_methods, reason = "callers come at the same time")]
    let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
    let mut outputs = Vec::new();
    for task in tasks {
        outputs.push(task.await.expect("it does not panic"));
    }
    outputs
}

/// Adds an event until it is acknowledged, with one request id for all repetitions, and says how many those were.
async fn acknowledged<S: BasketSettings>(
    baskets: &DebounceClient<Basket<S>>,
    id: &str,
    number: u64,
) -> u64 {
    let request = RequestId::new(number);
    let baskets = baskets.clone().with_request(request);
    let mut repetitions = 0;
    while let Err(error) = baskets.add(id, Item::Put(number)).await {
        let unknown = matches!(error, ClientError::OutcomeUnknown { .. });
        assert!(unknown, "{error}");
        repetitions += 1;
        wait(Duration::from_millis(10)).await;
    }
    repetitions
}

#[expect(
    clippy::disallowed_methods,
    reason = "something else happens meanwhile"
)]
async fn wait(duration: Duration) {
    tokio::time::sleep(duration).await;
}

fn assert_unknown(answer: Result<impl Debug, ClientError>) {
    let unknown = matches!(answer, Err(ClientError::OutcomeUnknown { .. }));
    assert!(unknown, "{answer:?}");
}

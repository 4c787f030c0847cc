//! What every host must say when it refuses a call: of which job and which instance.

use std::time::Duration;

use durable_jobs_runtime::{ClientError, semaphore::SemaphoreClient};

use super::{
    Harness, Stage, begin,
    fixtures::{
        basket::{Bounded, Item},
        hamper::{Good, Refusing},
        ledger::{Command, Retried},
        letter::{Letter, Shallow},
        limits::Single,
    },
};

/// Says whom an error names.
fn named(error: &ClientError) -> (&str, &str) {
    match error {
        ClientError::Overflow { job, id, .. }
        | ClientError::QueueFull { job, id, .. }
        | ClientError::DuplicateEvent { job, id, .. }
        | ClientError::Rejected { job, id, .. } => (job, id),
        other => panic!("{other}"),
    }
}

pub async fn a_refusal_names_the_job_and_the_instance<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Bounded>();
    let too_many = (1..=4).map(Item::Put);
    let full = baskets.add_many("a", too_many).await.unwrap_err();
    assert_eq!(named(&full), ("Bounded", "a"));

    let hampers = stage.hampers::<Refusing>();
    hampers.add_once("a", "x", Good::Put(1)).await.unwrap();
    let again = hampers.add_once("a", "x", Good::Put(1)).await.unwrap_err();
    assert_eq!(named(&again), ("Refusing", "a"));

    let ledgers = stage.ledgers::<Retried>();
    let failed = ledgers.send("a", Command::Fail).await.unwrap_err();
    assert_eq!(named(&failed), ("Retried", "a"));

    let letters = stage.letters::<Shallow>();
    let too_many = (1..=4).map(Letter::new);
    let full = letters.enqueue_many("a", too_many).await.unwrap_err();
    assert_eq!(named(&full), ("Shallow", "a"));
}

pub async fn who_waits_in_a_line_that_ends_is_told_whose_it_was<H: Harness>(stage: Stage<H>) {
    let semaphores = SemaphoreClient::<Single>::new(&stage.host);
    semaphores.try_acquire("a", 1).await.unwrap();
    let waiting = begin(semaphores.acquire("a", 1, Duration::from_secs(60))).await;
    stage.settle().await;
    semaphores.terminate("a", "closed").await.unwrap();
    let error = waiting.answer().await.unwrap_err();
    assert_eq!(named(&error), ("Single", "a"));
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_refusals {
    ($harness:ty) => {
        $crate::__conformance_module!($harness, refusals:
            a_refusal_names_the_job_and_the_instance,
            who_waits_in_a_line_that_ends_is_told_whose_it_was,
        );
    };
}

//! What the calls of a rate limiter do, whatever its algorithm.

use durable_jobs_runtime::{
    ClientError,
    telemetry::Happening,
    wire::{RequestId, Status},
};

use super::{limiters, outcome};
use crate::conformance::{
    Harness, Stage, begin,
    fixtures::limits::{Bucket, Fixed, Sliding},
};

pub async fn acquire_creates_an_instance_and_counts_down<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Bucket>(&stage);
    let first = limiters.acquire("a", 1).await.unwrap();
    assert!(first.created);
    assert_eq!((outcome(&first), first.retry_after), (Ok(2), None));
    let second = limiters.acquire("a", 2).await.unwrap();
    assert!(!second.created);
    assert_eq!(outcome(&second), Ok(0));
    let status = limiters.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.permits, status.remaining),
        (Status::Active, 3, 0)
    );
    assert_eq!(status.created_at, Some(stage.now()));
    assert_eq!(stage.told("a"), [Happening::Started]);
}

pub async fn a_refusal_takes_nothing<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Sliding>(&stage);
    limiters.acquire("a", 2).await.unwrap();
    for _ in 0..5 {
        let refused = limiters.acquire("a", 2).await.unwrap();
        assert_eq!(outcome(&refused), Err(10_000));
        assert_eq!(refused.remaining, 1);
    }
    let given = limiters.acquire("a", 1).await.unwrap();
    assert_eq!(outcome(&given), Ok(0));
}

pub async fn what_can_never_be_had_is_refused_at_once<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Bucket>(&stage);
    for permits in [0, 4, u32::MAX] {
        let error = limiters.acquire("a", permits).await.unwrap_err();
        let field = match &error {
            ClientError::Validation { field, .. } => field.as_deref(),
            _ => None,
        };
        assert_eq!(field, Some("permits"), "{error}");
    }
    let status = limiters.status("a").await.unwrap();
    assert_eq!((status.status, status.remaining), (Status::NotFound, 3));
}

pub async fn instances_of_a_limiter_are_apart<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Fixed>(&stage);
    limiters.acquire("a", 3).await.unwrap();
    assert!(limiters.acquire("b", 3).await.unwrap().allowed);
    assert!(!limiters.acquire("a", 1).await.unwrap().allowed);
}

pub async fn peek_takes_nothing_and_creates_nothing<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Sliding>(&stage);
    let peeked = limiters.peek("a").await.unwrap();
    assert_eq!((outcome(&peeked), peeked.created), (Ok(3), false));
    assert_eq!(peeked.reset_at, stage.now());
    let status = limiters.status("a").await.unwrap();
    assert_eq!(status.status, Status::NotFound);
    limiters.acquire("a", 3).await.unwrap();
    stage.advance("4s").await;
    for _ in 0..3 {
        let peeked = limiters.peek("a").await.unwrap();
        assert_eq!(outcome(&peeked), Err(6_000));
    }
}

pub async fn reset_gives_all_permits_back<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Bucket>(&stage);
    assert!(!limiters.reset("a").await.unwrap().reset);
    limiters.acquire("a", 3).await.unwrap();
    assert!(limiters.reset("a").await.unwrap().reset);
    let given = limiters.acquire("a", 3).await.unwrap();
    assert_eq!((outcome(&given), given.created), (Ok(0), false));
}

pub async fn terminate_forgets_what_was_taken<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Bucket>(&stage);
    limiters.acquire("a", 3).await.unwrap();
    let terminated = limiters.terminate("a", "done").await.unwrap();
    assert_eq!((terminated.terminated, &*terminated.reason), (true, "done"));
    let again = limiters.terminate("a", "done").await.unwrap();
    assert_eq!((again.terminated, &*again.reason), (false, "not_found"));
    let given = limiters.acquire("a", 3).await.unwrap();
    assert_eq!((outcome(&given), given.created), (Ok(0), true));
}

pub async fn what_was_taken_outlives_a_restart<H: Harness>(mut stage: Stage<H>) {
    limiters::<Bucket>(&stage).acquire("a", 3).await.unwrap();
    limiters::<Sliding>(&stage).acquire("a", 3).await.unwrap();
    limiters::<Fixed>(&stage).acquire("a", 3).await.unwrap();
    stage.restart().await;
    let bucket = limiters::<Bucket>(&stage).acquire("a", 1).await.unwrap();
    assert_eq!(outcome(&bucket), Err(3_334));
    let sliding = limiters::<Sliding>(&stage).acquire("a", 1).await.unwrap();
    assert_eq!(outcome(&sliding), Err(10_000));
    assert!(
        !limiters::<Fixed>(&stage)
            .acquire("a", 1)
            .await
            .unwrap()
            .allowed
    );
}

pub async fn a_repeated_acquire_takes_once<H: Harness>(stage: Stage<H>) {
    let request = RequestId::new(7);
    let acquiring = limiters::<Sliding>(&stage).with_request(request);
    let first = acquiring.acquire("a", 2).await.unwrap();
    let again = acquiring.acquire("a", 2).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(
        limiters::<Sliding>(&stage)
            .status("a")
            .await
            .unwrap()
            .remaining,
        1
    );
}

pub async fn many_callers_at_once_get_no_permit_too_many<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Sliding>(&stage);
    let mut begun = Vec::new();
    for _ in 0..8 {
        begun.push(begin(limiters.acquire("a", 1)).await);
    }
    let mut allowed = 0;
    for call in begun {
        allowed += u32::from(call.answer().await.unwrap().allowed);
    }
    assert_eq!(allowed, 3);
}

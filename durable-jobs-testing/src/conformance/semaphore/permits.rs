//! Permits that are taken and given back.

use std::time::Duration;

use durable_jobs_runtime::{
    ClientError,
    telemetry::Happening,
    wire::{RequestId, Status},
};

use super::{granted, semaphores, usage};
use crate::conformance::{
    Harness, Stage,
    fixtures::limits::{Single, Triple},
};

pub async fn acquire_creates_an_instance_and_holds_permits<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Triple>(&stage);
    let acquired = semaphores.try_acquire("a", 2).await.unwrap();
    assert!(acquired.created);
    let permit = granted(acquired);
    assert_eq!(permit.permits, 2);
    assert_eq!(permit.expires_at, stage.now() + Duration::from_secs(10));
    let status = semaphores.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.permits, status.held, status.waiting),
        (Status::Active, 3, 2, 0)
    );
    assert_eq!(status.created_at, Some(stage.now()));
    assert_eq!(stage.told("a"), [Happening::Started]);
}

pub async fn no_more_than_there_are_can_be_held<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Triple>(&stage);
    granted(semaphores.try_acquire("a", 2).await.unwrap());
    assert_eq!(semaphores.try_acquire("a", 2).await.unwrap().permit, None);
    granted(semaphores.try_acquire("a", 1).await.unwrap());
    assert_eq!(semaphores.try_acquire("a", 1).await.unwrap().permit, None);
    assert_eq!(usage::<Triple>(&stage).await, (3, 0));
    granted(semaphores.try_acquire("b", 3).await.unwrap());
}

pub async fn released_permits_can_be_had_again<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let first = granted(semaphores.try_acquire("a", 1).await.unwrap());
    assert!(semaphores.release("a", &first).await.unwrap().released);
    let status = semaphores.status("a").await.unwrap();
    assert_eq!((status.status, status.held), (Status::Idle, 0));
    let second = granted(semaphores.try_acquire("a", 1).await.unwrap());
    assert!(second.fence > first.fence);
    assert_ne!(second.owner, first.owner);
}

pub async fn releasing_twice_is_harmless<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let first = granted(semaphores.try_acquire("a", 1).await.unwrap());
    semaphores.release("a", &first).await.unwrap();
    let second = granted(semaphores.try_acquire("a", 1).await.unwrap());
    assert!(!semaphores.release("a", &first).await.unwrap().released);
    assert_eq!(usage::<Single>(&stage).await, (1, 0));
    assert!(semaphores.release("a", &second).await.unwrap().released);
}

pub async fn a_permit_of_somebody_else_is_not_released<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let permit = granted(semaphores.try_acquire("a", 1).await.unwrap());
    let mut forged = permit.clone();
    forged.owner = "somebody".to_owned();
    assert!(!semaphores.release("a", &forged).await.unwrap().released);
    assert!(!semaphores.renew("a", &forged).await.unwrap().renewed);
    assert!(!semaphores.release("b", &permit).await.unwrap().released);
    assert_eq!(usage::<Single>(&stage).await, (1, 0));
}

pub async fn permits_that_can_never_be_had_are_refused_at_once<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Triple>(&stage);
    for permits in [0, 4, u32::MAX] {
        let error = semaphores
            .acquire("a", permits, Duration::from_secs(5))
            .await
            .unwrap_err();
        let field = match &error {
            ClientError::Validation { field, .. } => field.as_deref(),
            _ => None,
        };
        assert_eq!(field, Some("permits"), "{error}");
    }
    let status = semaphores.status("a").await.unwrap();
    assert_eq!((status.status, status.held), (Status::NotFound, 0));
}

pub async fn a_repeated_request_acquires_once<H: Harness>(stage: Stage<H>) {
    let acquiring = semaphores::<Triple>(&stage).with_request(RequestId::new(7));
    let first = acquiring.try_acquire("a", 1).await.unwrap();
    let again = acquiring.try_acquire("a", 1).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(usage::<Triple>(&stage).await, (1, 0));
}

pub async fn permits_outlive_a_restart<H: Harness>(mut stage: Stage<H>) {
    let permit = granted(
        semaphores::<Triple>(&stage)
            .try_acquire("a", 2)
            .await
            .unwrap(),
    );
    stage.restart().await;
    assert_eq!(usage::<Triple>(&stage).await, (2, 0));
    let semaphores = semaphores::<Triple>(&stage);
    assert_eq!(semaphores.try_acquire("a", 2).await.unwrap().permit, None);
    assert!(semaphores.renew("a", &permit).await.unwrap().renewed);
    assert!(semaphores.release("a", &permit).await.unwrap().released);
    let next = granted(semaphores.try_acquire("a", 3).await.unwrap());
    assert!(next.fence > permit.fence);
}

pub async fn permits_of_an_earlier_life_are_worth_nothing<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let first = granted(semaphores.try_acquire("a", 1).await.unwrap());
    let terminated = semaphores.terminate("a", "done").await.unwrap();
    assert_eq!((terminated.terminated, &*terminated.reason), (true, "done"));
    let again = semaphores.terminate("a", "done").await.unwrap();
    assert_eq!((again.terminated, &*again.reason), (false, "not_found"));
    assert!(!semaphores.release("a", &first).await.unwrap().released);
    stage.advance("1s").await;
    let acquired = semaphores.try_acquire("a", 1).await.unwrap();
    assert!(acquired.created);
    let second = granted(acquired);
    assert!(second.fence > first.fence, "{first:?} {second:?}");
    assert!(!semaphores.release("a", &first).await.unwrap().released);
    assert_eq!(usage::<Single>(&stage).await, (1, 0));
}

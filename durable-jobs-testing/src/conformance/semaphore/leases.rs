//! Permits whose holders do not come back.

use std::time::Duration;

use super::{MINUTE, granted, semaphores, usage};
use crate::conformance::{
    Harness, Stage, begin,
    fixtures::limits::{Single, Triple},
};

pub async fn a_permit_returns_when_its_lease_ends<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    granted(semaphores.try_acquire("a", 1).await.unwrap());
    stage.advance("29s 999ms").await;
    assert_eq!(semaphores.try_acquire("a", 1).await.unwrap().permit, None);
    stage.advance("1ms").await;
    assert_eq!(usage::<Single>(&stage).await, (0, 0));
    granted(semaphores.try_acquire("a", 1).await.unwrap());
}

pub async fn a_renewed_permit_is_held_for_another_lease<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let permit = granted(semaphores.try_acquire("a", 1).await.unwrap());
    for _ in 0..3 {
        stage.advance("20s").await;
        let renewed = semaphores.renew("a", &permit).await.unwrap();
        assert!(renewed.renewed);
        let until = stage.now() + Duration::from_secs(30);
        assert_eq!(renewed.expires_at, Some(until));
        assert_eq!(semaphores.try_acquire("a", 1).await.unwrap().permit, None);
    }
    assert!(semaphores.release("a", &permit).await.unwrap().released);
}

pub async fn a_late_holder_is_fenced<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let late = granted(semaphores.try_acquire("a", 1).await.unwrap());
    stage.advance("30s").await;
    assert!(!semaphores.renew("a", &late).await.unwrap().renewed);
    let next = granted(semaphores.try_acquire("a", 1).await.unwrap());
    assert!(next.fence > late.fence);
    assert!(!semaphores.renew("a", &late).await.unwrap().renewed);
    assert!(!semaphores.release("a", &late).await.unwrap().released);
    assert_eq!(usage::<Single>(&stage).await, (1, 0));
}

pub async fn the_permits_of_a_crashed_holder_go_to_who_waits<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Triple>(&stage);
    granted(semaphores.try_acquire("a", 2).await.unwrap());
    stage.advance("4s").await;
    granted(semaphores.try_acquire("a", 1).await.unwrap());
    let mut waiting = begin(semaphores.acquire("a", 2, MINUTE)).await;
    stage.advance("5s 999ms").await;
    assert!(!waiting.answered().await);
    stage.advance("1ms").await;
    let permit = granted(waiting.answer().await.unwrap());
    assert_eq!(permit.expires_at, stage.now() + Duration::from_secs(10));
    assert_eq!(usage::<Triple>(&stage).await, (3, 0));
}

pub async fn a_lease_that_a_clock_ahead_has_set_ends_a_lease_after_it_was_put_right<H: Harness>(
    stage: Stage<H>,
) {
    let semaphores = semaphores::<Single>(&stage);
    granted(semaphores.try_acquire("a", 1).await.unwrap());
    let waiting = begin(semaphores.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    stage
        .host
        .set_clock(stage.now() - Duration::from_secs(3_600));
    assert_eq!(semaphores.try_acquire("a", 1).await.unwrap().permit, None);
    stage.advance("29s 999ms").await;
    assert_eq!(usage::<Single>(&stage).await, (1, 1));
    stage.advance("1ms").await;
    granted(waiting.answer().await.unwrap());
}

//! Callers who wait for permits.

use std::time::Duration;

use durable_jobs_runtime::{
    ClientError,
    wire::{RequestId, Status},
};

use super::{MINUTE, granted, semaphores, usage};
use crate::conformance::{
    Departures, Harness, Stage, begin,
    fixtures::limits::{Single, Triple},
};

pub async fn callers_are_served_in_order<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let mut permit = granted(semaphores.try_acquire("a", 1).await.unwrap());
    let mut line = Vec::new();
    for _ in 0..3 {
        line.push(begin(semaphores.acquire("a", 1, MINUTE)).await);
    }
    stage.settle().await;
    assert_eq!(usage::<Single>(&stage).await, (1, 3));
    for (place, waiting) in line.into_iter().enumerate() {
        assert!(semaphores.release("a", &permit).await.unwrap().released);
        let next = granted(waiting.answer().await.unwrap());
        assert!(next.fence > permit.fence);
        assert_eq!(usage::<Single>(&stage).await, (1, 2 - place as u64));
        permit = next;
    }
}

pub async fn nobody_overtakes_who_waits_for_many<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Triple>(&stage);
    let one = granted(semaphores.try_acquire("a", 1).await.unwrap());
    let mut many = begin(semaphores.acquire("a", 3, MINUTE)).await;
    stage.settle().await;
    assert_eq!(semaphores.try_acquire("a", 1).await.unwrap().permit, None);
    let mut few = begin(semaphores.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    assert!(!many.answered().await && !few.answered().await);
    semaphores.release("a", &one).await.unwrap();
    let all = granted(many.answer().await.unwrap());
    assert!(!few.answered().await);
    semaphores.release("a", &all).await.unwrap();
    granted(few.answer().await.unwrap());
}

pub async fn a_wait_ends_after_its_time<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Triple>(&stage);
    let held = granted(semaphores.try_acquire("a", 3).await.unwrap());
    let mut first = begin(semaphores.acquire("a", 3, Duration::from_secs(2))).await;
    let mut second = begin(semaphores.acquire("a", 1, Duration::from_secs(4))).await;
    stage.advance("1s 999ms").await;
    assert!(!first.answered().await);
    stage.advance("1ms").await;
    assert_eq!(first.answer().await.unwrap().permit, None);
    assert_eq!(usage::<Triple>(&stage).await, (3, 1));
    assert!(!second.answered().await);
    semaphores.release("a", &held).await.unwrap();
    granted(second.answer().await.unwrap());
}

pub async fn when_the_first_leaves_the_next_is_served<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Triple>(&stage);
    granted(semaphores.try_acquire("a", 2).await.unwrap());
    let first = begin(semaphores.acquire("a", 2, Duration::from_secs(2))).await;
    let second = begin(semaphores.acquire("a", 1, Duration::from_secs(4))).await;
    stage.advance("2s").await;
    assert_eq!(first.answer().await.unwrap().permit, None);
    granted(second.answer().await.unwrap());
}

pub async fn a_caller_who_gives_up_leaves_the_line<H: Harness>(stage: Stage<H>) {
    if H::DEPARTURES == Departures::Unnoticed {
        return;
    }
    let semaphores = semaphores::<Triple>(&stage);
    let held = granted(semaphores.try_acquire("a", 2).await.unwrap());
    let first = begin(semaphores.acquire("a", 2, MINUTE)).await;
    let second = begin(semaphores.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    assert_eq!(usage::<Triple>(&stage).await, (2, 2));
    drop(first);
    stage.settle().await;
    granted(second.answer().await.unwrap());
    assert_eq!(usage::<Triple>(&stage).await, (3, 0));
    semaphores.release("a", &held).await.unwrap();
    assert_eq!(usage::<Triple>(&stage).await, (1, 0));
}

pub async fn a_caller_whose_own_timeout_passes_leaves_the_line<H: Harness>(stage: Stage<H>) {
    if H::DEPARTURES == Departures::Unnoticed {
        return;
    }
    let patient = semaphores::<Single>(&stage);
    let hasty = patient.clone().with_timeout(Duration::from_secs(1));
    granted(patient.try_acquire("a", 1).await.unwrap());
    let given_up = begin(hasty.acquire("a", 1, MINUTE)).await;
    stage.advance("1s").await;
    let error = given_up.answer().await.unwrap_err();
    assert!(
        matches!(error, ClientError::OutcomeUnknown { .. }),
        "{error}"
    );
    stage.settle().await;
    assert_eq!(usage::<Single>(&stage).await, (1, 0));
}

pub async fn lost_calls_find_their_places_again<H: Harness>(mut stage: Stage<H>) {
    let request = |number| semaphores::<Single>(&stage).with_request(RequestId::new(number));
    let held = granted(request(1).try_acquire("a", 1).await.unwrap());
    let (first, second) = (request(2), request(3));
    let lost = (
        begin(first.acquire("a", 1, MINUTE)).await,
        begin(second.acquire("a", 1, MINUTE)).await,
    );
    stage.settle().await;
    stage.restart().await;
    drop(lost);
    let semaphores = semaphores::<Single>(&stage);
    assert_eq!(usage::<Single>(&stage).await, (1, 2));
    let (first, second) = (RequestId::new(2), RequestId::new(3));
    let (first, second) = (
        semaphores.clone().with_request(first),
        semaphores.clone().with_request(second),
    );
    let mut second = begin(second.acquire("a", 1, MINUTE)).await;
    let third = begin(semaphores.acquire("a", 1, MINUTE)).await;
    let first = begin(first.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    assert_eq!(usage::<Single>(&stage).await, (1, 3));
    semaphores.release("a", &held).await.unwrap();
    let permit = granted(first.answer().await.unwrap());
    assert!(!second.answered().await);
    semaphores.release("a", &permit).await.unwrap();
    let permit = granted(second.answer().await.unwrap());
    semaphores.release("a", &permit).await.unwrap();
    granted(third.answer().await.unwrap());
}

pub async fn a_place_is_kept_for_ten_seconds<H: Harness>(mut stage: Stage<H>) {
    let waiting = semaphores::<Single>(&stage).with_request(RequestId::new(2));
    let held = granted(
        semaphores::<Single>(&stage)
            .try_acquire("a", 1)
            .await
            .unwrap(),
    );
    let lost = begin(waiting.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    stage.restart().await;
    drop(lost);
    let semaphores = semaphores::<Single>(&stage);
    semaphores.release("a", &held).await.unwrap();
    // Until then the permit is for whoever stands first.
    assert_eq!(semaphores.try_acquire("a", 1).await.unwrap().permit, None);
    let next = begin(semaphores.acquire("a", 1, MINUTE)).await;
    stage.advance("10s").await;
    granted(next.answer().await.unwrap());
    assert_eq!(usage::<Single>(&stage).await, (1, 0));
}

pub async fn repetitions_of_a_waiting_call_get_one_permit<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    let waiting = semaphores.clone().with_request(RequestId::new(2));
    let held = granted(semaphores.try_acquire("a", 1).await.unwrap());
    let first = begin(waiting.acquire("a", 1, MINUTE)).await;
    let again = begin(waiting.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    assert_eq!(usage::<Single>(&stage).await, (1, 1));
    semaphores.release("a", &held).await.unwrap();
    let permit = granted(first.answer().await.unwrap());
    assert_eq!(granted(again.answer().await.unwrap()), permit);
    let later = waiting.acquire("a", 1, MINUTE).await.unwrap();
    assert_eq!(granted(later), permit);
}

pub async fn terminate_refuses_who_waits<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    granted(semaphores.try_acquire("a", 1).await.unwrap());
    let waiting = begin(semaphores.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    semaphores.terminate("a", "done").await.unwrap();
    let error = waiting.answer().await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    let status = semaphores.status("a").await.unwrap();
    assert_eq!((status.status, status.waiting), (Status::NotFound, 0));
}

pub async fn a_stray_wake_serves_nobody_early<H: Harness>(stage: Stage<H>) {
    let semaphores = semaphores::<Single>(&stage);
    granted(semaphores.try_acquire("a", 1).await.unwrap());
    let mut waiting = begin(semaphores.acquire("a", 1, MINUTE)).await;
    stage.settle().await;
    stage.host.wake("Single", "a").await;
    assert!(!waiting.answered().await);
    assert_eq!(usage::<Single>(&stage).await, (1, 1));
}

pub async fn a_wait_whose_time_is_over_is_not_served_however_late_that_is_seen<H: Harness>(
    stage: Stage<H>,
) {
    let semaphores = semaphores::<Triple>(&stage);
    granted(semaphores.try_acquire("a", 3).await.unwrap());
    let waiting = begin(semaphores.acquire("a", 3, Duration::from_secs(2))).await;
    stage.settle().await;
    // The lease ends eight seconds after the wait: nobody looks before both are over.
    stage.host.set_clock(stage.now() + Duration::from_secs(11));
    stage.settle().await;
    assert_eq!(waiting.answer().await.unwrap().permit, None);
}

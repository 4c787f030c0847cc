//! When permits come back.

use std::time::Duration;

use durable_jobs_runtime::{Timestamp, rate_limit::DeclaredRateLimit};

use super::{limiters, outcome};
use crate::conformance::{
    Harness, Stage,
    fixtures::limits::{Bucket, Coarse, Fixed, Saving, Sliding},
};

const MILLISECOND: Duration = Duration::from_millis(1);

fn after(time: Timestamp, millis: u64) -> Timestamp {
    time + Duration::from_millis(millis)
}

/// A refused acquire succeeds at the millisecond that it was told, and not one before.
async fn retry_is_exact<J: DeclaredRateLimit>(stage: &Stage<impl Harness>, permits: u32) {
    let limiters = limiters::<J>(stage);
    let refused = limiters.acquire("a", permits).await.unwrap();
    let retry_after = refused.retry_after.expect("a refusal");
    stage.advance(retry_after - MILLISECOND).await;
    let early = limiters.acquire("a", permits).await.unwrap();
    assert_eq!(outcome(&early), Err(1));
    stage.advance(MILLISECOND).await;
    assert!(limiters.acquire("a", permits).await.unwrap().allowed);
}

pub async fn a_bucket_fills_evenly<H: Harness>(stage: Stage<H>) {
    let (limiters, begun) = (limiters::<Bucket>(&stage), stage.now());
    let emptied = limiters.acquire("a", 3).await.unwrap();
    assert_eq!(emptied.reset_at, after(begun, 10_000));
    // A third of 10 s is no whole number of milliseconds, and no error adds up.
    for due in [3_334, 6_667, 10_000, 13_334, 16_667, 20_000] {
        let refused = limiters.acquire("a", 1).await.unwrap();
        let retry_after = refused.retry_after.expect("a refusal");
        assert_eq!(stage.now() + retry_after, after(begun, due));
        stage.advance(retry_after - MILLISECOND).await;
        let early = limiters.acquire("a", 1).await.unwrap();
        assert_eq!(outcome(&early), Err(1));
        stage.advance(MILLISECOND).await;
        assert_eq!(outcome(&limiters.acquire("a", 1).await.unwrap()), Ok(0));
    }
    stage.advance("1h").await;
    assert_eq!(outcome(&limiters.acquire("a", 3).await.unwrap()), Ok(0));
}

pub async fn a_bucket_saves_up_to_its_burst<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Saving>(&stage);
    assert_eq!(outcome(&limiters.acquire("a", 5).await.unwrap()), Ok(0));
    assert_eq!(
        outcome(&limiters.acquire("a", 2).await.unwrap()),
        Err(20_000)
    );
    stage.advance("25s").await;
    assert_eq!(outcome(&limiters.acquire("a", 2).await.unwrap()), Ok(0));
    retry_is_exact::<Saving>(&stage, 5).await;
}

pub async fn a_sliding_window_gives_back_what_was_taken_a_window_ago<H: Harness>(stage: Stage<H>) {
    let (limiters, begun) = (limiters::<Sliding>(&stage), stage.now());
    limiters.acquire("a", 1).await.unwrap();
    stage.advance("4s").await;
    let taken = limiters.acquire("a", 2).await.unwrap();
    assert_eq!(taken.reset_at, after(begun, 14_000));
    assert_eq!(
        outcome(&limiters.acquire("a", 1).await.unwrap()),
        Err(6_000)
    );
    assert_eq!(
        outcome(&limiters.acquire("a", 2).await.unwrap()),
        Err(10_000)
    );
    stage.advance("6s").await;
    assert_eq!(outcome(&limiters.acquire("a", 1).await.unwrap()), Ok(0));
    retry_is_exact::<Sliding>(&stage, 2).await;
}

pub async fn a_large_sliding_window_counts_by_sixtieths<H: Harness>(stage: Stage<H>) {
    let limiters = limiters::<Coarse>(&stage);
    stage.advance("1ms").await;
    for remaining in [599, 598] {
        let taken = limiters.acquire("a", 1).await.unwrap();
        assert_eq!(outcome(&taken), Ok(remaining));
    }
    // They count as of the end of their second.
    assert_eq!(
        outcome(&limiters.acquire("a", 599).await.unwrap()),
        Err(60_999)
    );
    stage.advance("1s").await;
    assert_eq!(outcome(&limiters.acquire("a", 598).await.unwrap()), Ok(0));
    retry_is_exact::<Coarse>(&stage, 2).await;
}

pub async fn a_fixed_window_gives_all_back_at_its_end<H: Harness>(stage: Stage<H>) {
    let (limiters, begun) = (limiters::<Fixed>(&stage), stage.now());
    stage.advance("3s").await;
    let taken = limiters.acquire("a", 3).await.unwrap();
    assert_eq!(taken.reset_at, after(begun, 10_000));
    assert_eq!(
        outcome(&limiters.acquire("a", 1).await.unwrap()),
        Err(7_000)
    );
    retry_is_exact::<Fixed>(&stage, 3).await;
}

/// What a used-up limiter refuses before and after the clock has stepped back by an hour.
async fn step_back<J: DeclaredRateLimit>(stage: &Stage<impl Harness>, patience: Duration) {
    let limiters = limiters::<J>(stage);
    limiters.acquire("a", 3).await.unwrap();
    let before = stage.now();
    stage.host.set_clock(before - Duration::from_secs(3_600));
    let refused = limiters.acquire("a", 1).await.unwrap();
    let retry_after = refused.retry_after.expect("nothing more is let through");
    assert!(retry_after <= patience, "{retry_after:?}");
    retry_is_exact::<J>(stage, 1).await;
}

pub async fn a_clock_that_steps_back_lets_nothing_through_and_blocks_no_longer_than_a_limit_that_is_used_up<
    H: Harness,
>(
    stage: Stage<H>,
) {
    let window = Duration::from_secs(10);
    step_back::<Bucket>(&stage, window).await;
    step_back::<Sliding>(&stage, window).await;
    step_back::<Fixed>(&stage, 2 * window).await;
}

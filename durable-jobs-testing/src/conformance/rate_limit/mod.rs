//! What every host must do with rate limiters.

mod acquires;
mod algorithms;

pub use self::{acquires::*, algorithms::*};
use super::{Harness, Stage};
use durable_jobs_runtime::rate_limit::{Admission, DeclaredRateLimit, RateLimitClient};

fn limiters<J: DeclaredRateLimit>(stage: &Stage<impl Harness>) -> RateLimitClient<J> {
    RateLimitClient::new(&stage.host)
}

/// What was given, or after how many milliseconds it is.
fn outcome(admission: &Admission) -> Result<u32, u128> {
    match admission.retry_after {
        None => {
            assert!(admission.allowed, "{admission:?}");
            Ok(admission.remaining)
        }
        Some(after) => {
            assert!(!admission.allowed, "{admission:?}");
            Err(after.as_millis())
        }
    }
}

/// The cases of this folder.
#[doc(hidden)]
#[macro_export]
macro_rules! __rate_limit_cases {
    ($harness:ty) => {
        $crate::__conformance_module!($harness, rate_limit:
            acquire_creates_an_instance_and_counts_down,
            a_refusal_takes_nothing,
            what_can_never_be_had_is_refused_at_once,
            instances_of_a_limiter_are_apart,
            peek_takes_nothing_and_creates_nothing,
            reset_gives_all_permits_back,
            terminate_forgets_what_was_taken,
            what_was_taken_outlives_a_restart,
            a_repeated_acquire_takes_once,
            many_callers_at_once_get_no_permit_too_many,
            a_bucket_fills_evenly,
            a_bucket_saves_up_to_its_burst,
            a_sliding_window_gives_back_what_was_taken_a_window_ago,
            a_large_sliding_window_counts_by_sixtieths,
            a_fixed_window_gives_all_back_at_its_end,
            a_clock_that_steps_back_lets_nothing_through_and_blocks_no_longer_than_a_limit_that_is_used_up,
        );
    };
}

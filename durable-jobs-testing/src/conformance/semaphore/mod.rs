//! What every host must do with semaphores.

mod leases;
mod lines;
mod permits;

pub use self::{leases::*, lines::*, permits::*};
use super::{Harness, Stage};
use durable_jobs_runtime::semaphore::{Acquired, DeclaredSemaphore, Permit, SemaphoreClient};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

fn semaphores<J: DeclaredSemaphore>(stage: &Stage<impl Harness>) -> SemaphoreClient<J> {
    SemaphoreClient::new(&stage.host)
}

/// The permit of an acquire that was granted.
fn granted(acquired: Acquired) -> Permit {
    acquired.permit.expect("a permit")
}

/// How many permits of `a` are held, and how many callers wait.
async fn usage<J: DeclaredSemaphore>(stage: &Stage<impl Harness>) -> (u32, u64) {
    let status = semaphores::<J>(stage).status("a").await.unwrap();
    (status.held, status.waiting)
}

/// The cases of this folder.
#[doc(hidden)]
#[macro_export]
macro_rules! __semaphore_cases {
    ($harness:ty) => {
        $crate::__conformance_module!($harness, semaphore:
            acquire_creates_an_instance_and_holds_permits,
            no_more_than_there_are_can_be_held,
            released_permits_can_be_had_again,
            releasing_twice_is_harmless,
            a_permit_of_somebody_else_is_not_released,
            permits_that_can_never_be_had_are_refused_at_once,
            a_repeated_request_acquires_once,
            permits_outlive_a_restart,
            permits_of_an_earlier_life_are_worth_nothing,
            a_permit_returns_when_its_lease_ends,
            a_renewed_permit_is_held_for_another_lease,
            a_late_holder_is_fenced,
            the_permits_of_a_crashed_holder_go_to_who_waits,
            a_lease_that_a_clock_ahead_has_set_ends_a_lease_after_it_was_put_right,
            callers_are_served_in_order,
            nobody_overtakes_who_waits_for_many,
            a_wait_ends_after_its_time,
            a_wait_whose_time_is_over_is_not_served_however_late_that_is_seen,
            when_the_first_leaves_the_next_is_served,
            a_caller_who_gives_up_leaves_the_line,
            a_caller_whose_own_timeout_passes_leaves_the_line,
            lost_calls_find_their_places_again,
            a_place_is_kept_for_ten_seconds,
            repetitions_of_a_waiting_call_get_one_permit,
            terminate_refuses_who_waits,
            a_stray_wake_serves_nobody_early,
        );
    };
}

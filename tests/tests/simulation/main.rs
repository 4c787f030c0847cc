//! Random stories of one job of each kind, with everything that can go wrong: after every step, what is stored agrees
//! with what was acknowledged and with what the jobs did outside, and once the faults end everything gets done.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

mod determinism;
mod end;
mod jobs;
mod line;
mod model;
mod office;
mod operations;
mod overflow;
mod stored;
mod stories;
mod story;

use durable_jobs_testing::simulator::simulate;

#[test]
fn what_was_found_once_is_not_found_again() {
    simulate(stories::kept(), stories::everything_is_kept_and_done);
}

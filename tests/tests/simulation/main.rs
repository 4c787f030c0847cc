//! Random stories of one job of each kind, with everything that can go wrong: after every step, what is stored agrees
//! with what was acknowledged and with what the jobs did outside, and once the faults end everything gets done.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

mod end;
mod jobs;
mod model;
mod office;
mod operations;
mod stored;
mod story;

use durable_jobs_testing::simulator::{Simulation, simulate};

use story::Actors;

/// Seeds that have found something once, each with what that was.
const KEPT: &str = include_str!("seeds.txt");

fn kept() -> impl Iterator<Item = u64> {
    let lines = KEPT.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap().0.parse().unwrap())
}

async fn everything_is_kept_and_done(simulation: Simulation) {
    story::tell(simulation, Actors::Callers).await;
}

async fn whatever_operators_do(simulation: Simulation) {
    story::tell(simulation, Actors::Operators).await;
}

#[test]
fn nothing_that_was_acknowledged_is_lost_and_everything_gets_done() {
    simulate(0..2_000, everything_is_kept_and_done);
}

#[test]
fn what_was_found_once_is_not_found_again() {
    simulate(kept(), everything_is_kept_and_done);
}

#[test]
fn shutdowns_rollbacks_and_ends_of_instances_lose_nothing_else() {
    simulate(0..400, whatever_operators_do);
}

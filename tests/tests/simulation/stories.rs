//! The stories that CI tells, and `cargo xtask simulate` under new seeds.

use durable_jobs_testing::simulator::{Fault, Simulation, simulate};

use crate::{
    line, operations, overflow,
    story::{self, Actors},
};

/// Seeds that have found something once, each with what that was.
const KEPT: &str = include_str!("seeds.txt");

pub(crate) fn kept() -> impl Iterator<Item = u64> {
    let lines = KEPT.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap().0.parse().unwrap())
}

pub(crate) async fn everything_is_kept_and_done(simulation: Simulation) {
    story::tell(simulation, Actors::Callers).await;
}

pub(crate) async fn whatever_operators_do(simulation: Simulation) {
    if operations::is_gentle(&simulation) {
        simulation.without(Fault::Crash).without(Fault::Storage);
    }
    story::tell(simulation, Actors::Operators).await;
}

#[test]
fn nothing_that_was_acknowledged_is_lost_and_everything_gets_done() {
    simulate(0..2_000, everything_is_kept_and_done);
}

#[test]
fn shutdowns_rollbacks_and_ends_of_instances_lose_nothing_else() {
    simulate(0..400, whatever_operators_do);
}

#[test]
fn what_has_no_room_is_refused_or_dropped_as_its_attribute_says() {
    simulate(0..500, overflow::tell);
}

#[test]
fn callers_of_a_semaphore_are_served_in_line() {
    simulate(0..1_000, line::tell);
}

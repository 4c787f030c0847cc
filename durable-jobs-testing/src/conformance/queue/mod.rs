//! What every host must do with queues.

mod attempts;
mod calls;
mod interruptions;
mod lanes;
mod limits;
mod list;
mod together;

pub use self::{attempts::*, calls::*, interruptions::*, lanes::*, limits::*, together::*};
use super::{Harness, Seen, Stage};

/// The number of the letter that an attempt was given.
fn number(seen: &Seen) -> u64 {
    seen.state["number"].as_u64().unwrap()
}

/// The letters that attempts at `place` were given, in order.
fn processed<H: Harness>(stage: &Stage<H>, place: &str) -> Vec<u64> {
    stage.world.runs(place).iter().map(number).collect()
}

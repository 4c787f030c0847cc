#![doc = include_str!("../docs/simulator.md")]
#![doc = "```ignore"]
#![doc = include_str!("../../tests/double_charge.rs")]
#![doc = "```"]

mod chaos;
mod fault;
mod odds;
mod panics;
mod run;
mod seeds;
mod shrink;
mod simulation;
mod step;
mod trace;
mod unreliable;

pub use self::{
    fault::Fault,
    run::{Outcome, simulate},
    simulation::Simulation,
    step::{Step, Steps},
    unreliable::Unreliable,
};

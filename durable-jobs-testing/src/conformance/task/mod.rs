//! What every host must do with tasks.

mod events;
mod overlaps;
mod runs;

pub use self::{events::*, overlaps::*, runs::*};
use super::fixtures::ledger::Command;

fn note(text: &str) -> Command {
    Command::Note(text.to_owned())
}

fn wait(text: &str) -> Command {
    Command::Wait(text.to_owned())
}

//! What every host must do with tasks.

mod events;
mod history;
mod list;
mod overlaps;
mod owed_timers;
mod runs;
mod timers;

pub use self::{events::*, history::*, overlaps::*, owed_timers::*, runs::*, timers::*};
use super::fixtures::ledger::Command;

fn note(text: &str) -> Command {
    Command::Note(text.to_owned())
}

fn wait(text: &str) -> Command {
    Command::Wait(text.to_owned())
}

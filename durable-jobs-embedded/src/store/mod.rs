//! Rows in and out of SQLite.

mod answers;
mod apply;
mod due;
mod fault;
mod keys;
mod list;
mod load;
mod schedules;
mod statements;

pub(crate) use self::{
    answers::forget_expired,
    apply::{Applier, Rearm},
    due::{DueRow, Slot, last_of_chunk, overdue, page, saved_after},
    fault::storage_error,
    list::list,
    load::{exists, load},
    schedules::{ChangedJob, changed_jobs, instances_of, remember_schedule},
    statements::Statements,
};

/// The integer by which the rows of one instance hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct InstanceKey(pub(crate) i64);

//! Joins core, user code and a host.
//!
//! An [`Engine`] keeps a slot for every instance in memory. A slot has a mailbox and at most one drive:
//! the one async function that takes messages one by one, lets the machine decide, commits, calls
//! handlers and feeds their results back. An idle slot is driven by nobody.

mod actor;
mod admission;
mod alarm;
mod answers;
mod delivery;
mod drive;
mod engine;
mod guard;
mod inline;
mod line;
mod messages;
mod plain;
mod registry;
mod release;
mod request;
mod request_map;
mod runs;
mod scope;
mod shared;
mod slot;
mod solo;
mod step;
mod trace;
mod unknown;

pub(crate) use self::{
    actor::{Actor, ActorContext},
    guard::{caught, guarded},
    plain::Plain,
    scope::{Scope, shared_context_methods},
    shared::observe,
    trace::traced,
};
pub use self::{
    engine::{Engine, Settings},
    registry::{Entry, Registry},
    solo::{Pulse, Solo},
};

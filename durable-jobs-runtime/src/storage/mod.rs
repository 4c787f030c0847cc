//! What a host provides: a store that commits one step at a time, a clock, and tasks.
//!
//! A host author implements [`Port`] and gives it to [`Engine`](crate::Engine).
//!
//! The engine owns: which instance is in memory, one handler at a time for each, what is written in
//! which order, when an answer may leave, retries, timeouts and panics of handlers.
//!
//! The host owns: where rows are kept, when they are durable, when
//! [`Engine::wake`](crate::Engine::wake) is called for an instance, and on what the futures run.

mod port;
mod row;

pub(crate) use port::CompletionTarget;
pub use port::{Activation, Batch, Completion, Durability, Port};
pub use row::{AnswerRow, Collection, EventRow, InstanceRow, ItemRow, Loaded, Stored, Write};

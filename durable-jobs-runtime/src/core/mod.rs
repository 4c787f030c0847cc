//! The decisions: synchronous, without clock, storage, randomness or async.
//!
//! > `core` decides; hosts act. Every input is answered by one list of effects. The writes of a list
//! > are applied in order in one transaction. A driver may give the next input before that
//! > transaction is durable, but releases no reply, run or message until it is. If it fails, the
//! > instance's later steps fail too, and it is loaded anew.
//!
//! One machine per kind takes inputs and keeps the instance's record: [`continuous`], [`debounce`],
//! [`task`], [`queue`], and without runs [`rate_limit`], [`semaphore`]. What the kinds share: [`Timers`], each with
//! its reason; [`Run`], one piece of work with
//! its attempts; [`Life`], what every instance keeps.
//!
//! Machines are total: an input that makes no sense is answered, or ignored where nobody waits, so an
//! early, late or repeated alarm is a no-op. A finished run whose token is not that of the open
//! attempt is fenced: it changes nothing.

pub(crate) mod continuous;
pub(crate) mod debounce;
mod effect;
mod event_ids;
mod existence;
mod history;
mod life;
mod mailbox;
pub(crate) mod queue;
pub(crate) mod rate_limit;
mod run;
pub(crate) mod semaphore;
pub(crate) mod task;
mod timers;

use std::time::Duration;

pub(crate) use self::{
    effect::{Attempts, Begin, Caller, Effect, Effects, Moment, Waiter},
    life::{Life, Phase},
    run::{Failure, Run},
    timers::{Timers, Wake},
};
pub(crate) use self::{
    event_ids::EventIds,
    history::History,
    life::{CLOCK_WAS_AHEAD, Living, Record, Restored, StateChange},
    mailbox::{DeliveryReport, Mailbox, MessageBatch, OutgoingMessage, Taken},
    run::{GiveUp, Token, Verdict, Why},
};

/// How long an event id is remembered unless the attribute says otherwise: one hour.
pub(crate) const DEDUP_WINDOW: Duration = Duration::from_secs(3600);

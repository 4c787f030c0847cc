//! Events folded into a batch that is flushed.

mod actor;
mod adding;
mod answer;
mod batch;
mod client;
mod context;
mod dead_letter;
mod flush;
mod messages;
mod spec;

use std::future::Future;

pub(crate) use self::actor::DebounceActor;
pub use self::{
    answer::{
        Added, AddedMany, Cleared, DebounceCall, DebounceStatus, FlushOutcome, FlushReason,
        FlushRecord, Flushed, NewEvent, Reset,
    },
    client::DebounceClient,
    context::{DebounceContext, EventContext},
    dead_letter::{DeadBatches, DeadEvent, DeadLetter, Which},
    messages::DebounceMessages,
    spec::{AfterFlush, BatchFate, DebounceSpec, Leading, OnDuplicate, Overflow},
};
use crate::{
    ErrorAction, JobError, JobEvent, JobResult, JobState, MaybeSend, MaybeSync, SendOffWasm,
};

/// Implemented by `#[debounce(..)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Debounce` but is not declared as a debounce job",
    label = "missing `#[debounce(..)]` on `{Self}`"
)]
pub trait DeclaredDebounce: crate::Declared<Kind = crate::kind::Debounce> {
    /// What the attribute says.
    const SPEC: DebounceSpec;
}

/// The behaviour of a job that `#[debounce(..)]` declares. The struct is the batch.
///
/// ```ignore
/// impl Debounce for WebhookBatch {
///     type Event = Webhook;
///     type Env = Services;
///
///     fn on_event(&mut self, event: Webhook, _ctx: &EventContext) -> JobResult {
///         self.webhooks.push(event);
///         Ok(())
///     }
///
///     async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
///         ctx.env().crm.sync(ctx.id(), &self.webhooks).await
///     }
/// }
/// ```
///
/// On native targets the futures must be `Send`; on wasm they need not be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared with `#[debounce]` but has no `Debounce` impl",
    label = "missing `impl Debounce for {Self}`",
    note = "the attribute declares the job; its behaviour goes in a trait impl:\n\nimpl Debounce for {Self} {{\n    type Event = MyEvent;\n    type Env = ();\n\n    fn on_event(&mut self, event: MyEvent, ctx: &EventContext) -> JobResult {{ .. }}\n    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {{ .. }}\n}}"
)]
pub trait Debounce: DeclaredDebounce + JobState + Default + MaybeSend + Sized {
    /// What is added.
    type Event: JobEvent + MaybeSend;

    /// The services that handlers reach through [`DebounceContext::env`]; `()` for none.
    type Env: MaybeSend + MaybeSync + 'static;

    /// Folds one event into the batch, which begins as `Default::default()`.
    ///
    /// It is a fold: synchronous, and the same events in the same order give the same batch, because
    /// the batch is folded anew after a restart. `Err` refuses the event: the caller gets the error
    /// and nothing is stored.
    fn on_event(&mut self, event: Self::Event, ctx: &EventContext) -> JobResult;

    /// Processes a batch. `Ok` deletes its events; `Err` keeps them and follows the retry policy. A
    /// panic counts as an `Err`. Events that arrive meanwhile belong to the next batch.
    fn execute(
        &mut self,
        ctx: &mut DebounceContext<'_, Self>,
    ) -> impl Future<Output = JobResult> + SendOffWasm;

    /// Whether the batch is to be flushed because of an event, which it holds already. Not unless overridden.
    ///
    /// It is asked once, when the event arrives.
    fn flush_on(&self, event: &Self::Event) -> bool {
        let _ = event;
        adding::flush_on_is_provided::<Self>();
        false
    }

    /// The id of an event that is found in it, for events that the caller gives none: its repetition within the
    /// `dedup_window` is a duplicate. None unless overridden.
    fn event_id(event: &Self::Event) -> Option<String> {
        let _ = event;
        None
    }

    /// What is done about an event that [`on_event`](Self::on_event) has refused. The default gives its error to the
    /// caller.
    fn on_reducer_error(error: &JobError, event: &Self::Event) -> ReducerAction {
        let _ = (error, event);
        ReducerAction::Reject
    }

    /// What the next batch begins with, made of the batch as a successful `execute` has left it.
    ///
    /// The default is what the attribute says: `Default::default()`, or with `after_flush = "keep"` the batch as it
    /// is. A panic fails the attempt.
    fn after_flush(self) -> Self {
        match Self::SPEC.after_flush {
            AfterFlush::Reset => Self::default(),
            AfterFlush::Keep => self,
        }
    }

    /// Turns an event stored by an older `version` of the job into the present one.
    ///
    /// The default decodes it as it is, which suits versions that only add fields with defaults.
    fn migrate_event(from: u32, old: serde_json::Value) -> JobResult<Self::Event> {
        let _ = from;
        Ok(Self::Event::CODEC.decode_value(&old)?)
    }

    /// Turns what an older `version` of the job has kept of a batch into the present state.
    ///
    /// The default decodes it as it is.
    fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self> {
        let _ = from;
        Ok(Self::CODEC.decode_value(&old)?)
    }

    /// Called after a failed attempt with the batch as it was before it.
    ///
    /// The default follows the attribute.
    fn on_error(
        &mut self,
        error: &JobError,
        ctx: &mut DebounceContext<'_, Self>,
    ) -> impl Future<Output = ErrorAction> + SendOffWasm {
        let _ = (error, ctx);
        async { ErrorAction::Default }
    }
}

/// What is done about an event that did not fold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReducerAction {
    /// The call is refused with the error.
    #[default]
    Reject,
    /// The event is left out, and the answer counts it.
    Skip,
}

//! Events folded into a batch that is flushed.

mod actor;
mod answer;
mod batch;
mod client;
mod context;
mod flush;
mod messages;
mod spec;

use std::future::Future;

pub(crate) use self::actor::DebounceActor;
pub use self::{
    answer::{
        Added, AddedMany, Cleared, DebounceCall, DebounceStatus, FlushReason, Flushed, NewEvent,
    },
    client::DebounceClient,
    context::{DebounceContext, EventContext},
    messages::DebounceMessages,
    spec::DebounceSpec,
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

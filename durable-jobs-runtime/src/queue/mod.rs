//! Messages that are processed by a bounded number of workers.

mod actor;
mod answer;
mod client;
mod context;
mod envelope;
mod messages;
mod spec;

use std::future::Future;

pub(crate) use self::actor::QueueActor;
pub use self::{
    answer::{
        Cancelled, Death, Due, Enqueued, EnqueuedMany, NewMessage, Purged, QueueCall, QueueStatus,
        Revived, ShownMessage, Whereabouts,
    },
    client::{DeadMessage, QueueClient, QueuedMessage},
    context::QueueContext,
    envelope::Envelope,
    messages::QueueMessages,
    spec::{Order, QueueSpec, Rate},
};
use crate::{JobError, JobResult, JobState, MaybeSend, MaybeSync, SendOffWasm};

/// Implemented by `#[queue]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Queue` but is not declared as a queue",
    label = "missing `#[queue(..)]` on `{Self}`"
)]
pub trait DeclaredQueue: crate::Declared<Kind = crate::kind::Queue> {
    /// What the attribute says.
    const SPEC: QueueSpec;
}

/// The behaviour of a job that `#[queue]` declares. The struct is the message.
///
/// ```ignore
/// impl Queue for Email {
///     type Env = Services;
///
///     async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {
///         ctx.env().mail.send(&self.to, &self.text).await?;
///         Ok(())
///     }
/// }
/// ```
///
/// On native targets the futures must be `Send`; on wasm they need not be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared with `#[queue]` but has no `Queue` impl",
    label = "missing `impl Queue for {Self}`",
    note = "the attribute declares the job; its behaviour goes in a trait impl:\n\nimpl Queue for {Self} {{\n    type Env = ();\n\n    async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {{ .. }}\n}}"
)]
pub trait Queue: DeclaredQueue + JobState + MaybeSend + MaybeSync + Sized {
    /// The services that handlers reach through [`QueueContext::env`]; `()` for none.
    type Env: MaybeSend + MaybeSync + 'static;

    /// Processes one message. `Ok` deletes it; `Err` and a panic follow the retry policy, each time with the message
    /// as it was enqueued. Other messages of the instance may be processed at the same time, this one is not.
    fn process(
        &mut self,
        ctx: &mut QueueContext<'_, Self>,
    ) -> impl Future<Output = JobResult> + SendOffWasm;

    /// Called when the message is given up, after its last attempt and before it is stored as a dead letter. It may be
    /// called again after a crash. The default does nothing.
    ///
    /// A message whose attempts were cut off by crashes, and one that does not decode, becomes a dead letter without
    /// this call.
    fn on_dead_letter(
        &self,
        error: &JobError,
        ctx: &mut QueueContext<'_, Self>,
    ) -> impl Future<Output = ()> + SendOffWasm {
        let _ = (error, ctx);
        async {}
    }

    /// Messages of one key go to one partition. Asked when the message is enqueued; without a key its id decides, or
    /// else its number.
    fn partition_key(&self) -> Option<String> {
        None
    }

    /// How much the message matters: in its partition more goes first. Asked when the message is enqueued, unless the
    /// [`Envelope`] says.
    fn priority(&self) -> i32 {
        0
    }

    /// Turns a message stored by an older `version` of the job into the present one.
    ///
    /// The default decodes it as it is, which suits versions that only add fields with defaults.
    fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self> {
        let _ = from;
        Ok(Self::CODEC.decode_value(&old)?)
    }
}

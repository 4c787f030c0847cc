//! A state machine driven by events and timers.

mod actor;
mod answer;
mod client;
mod context;
mod messages;
mod spec;
mod timer;
mod work;

use std::future::Future;

pub(crate) use self::{actor::TaskActor, timer::shown};
pub use self::{
    answer::{Sent, TaskCall, TaskStatus},
    client::{TaskClient, TaskState},
    context::{ErrorSource, TaskContext},
    messages::TaskMessages,
    spec::TaskSpec,
    timer::{OnlyTimer, PendingTimers, TaskTimer, UnnamedTimer},
};
use crate::{
    ErrorAction, JobError, JobEvent, JobResult, JobState, MaybeSend, MaybeSync, SendOffWasm,
};

/// Implemented by `#[task]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Task` but is not declared as a task",
    label = "missing `#[task]` on `{Self}`"
)]
pub trait DeclaredTask: crate::Declared<Kind = crate::kind::Task> {
    /// What the attribute says.
    const SPEC: TaskSpec;

    /// What the timers are called: the enum given as `timers`, or [`UnnamedTimer`].
    type Timer: TaskTimer;
}

/// The behaviour of a job that `#[task]` declares. The struct or enum is the state.
///
/// ```ignore
/// impl Task for Order {
///     type Event = OrderEvent;
///     type Env = Services;
///
///     async fn on_event(&mut self, event: OrderEvent, ctx: &mut TaskContext<'_, Self>) -> JobResult {
///         if let OrderEvent::Placed { total } = event {
///             *self = Order::Placed { total };
///             ctx.schedule(Duration::from_mins(5));
///         }
///         Ok(())
///     }
///
///     async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
///         ctx.env().mail.remind(ctx.id()).await
///     }
/// }
/// ```
///
/// On native targets the futures must be `Send`; on wasm they need not be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared with `#[task]` but has no `Task` impl",
    label = "missing `impl Task for {Self}`",
    note = "the attribute declares the job; its behaviour goes in a trait impl:\n\nimpl Task for {Self} {{\n    type Event = MyEvent;\n    type Env = ();\n\n    async fn on_event(&mut self, event: MyEvent, ctx: &mut TaskContext<'_, Self>) -> JobResult {{ .. }}\n    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {{ .. }}\n}}"
)]
pub trait Task: DeclaredTask + JobState + Default + MaybeSend + Sized {
    /// What is sent.
    type Event: JobEvent + MaybeSend;

    /// The services that handlers reach through [`TaskContext::env`]; `()` for none.
    type Env: MaybeSend + MaybeSync + 'static;

    /// Handles one event. The first one meets `Default::default()`.
    ///
    /// `Ok` commits state and timers together and answers the caller. `Err` rolls both back: the
    /// caller gets the error, the event is neither stored nor counted nor tried again.
    fn on_event(
        &mut self,
        event: Self::Event,
        ctx: &mut TaskContext<'_, Self>,
    ) -> impl Future<Output = JobResult> + SendOffWasm;

    /// Runs when the timer is due or `trigger` is called. `Err` rolls back and follows the retry
    /// policy. A panic counts as an `Err`.
    fn execute(
        &mut self,
        ctx: &mut TaskContext<'_, Self>,
    ) -> impl Future<Output = JobResult> + SendOffWasm;

    /// Called after a handler that leaves no timer set; may set one. After a failed one it is called if nothing
    /// follows: its run is skipped, or [`on_error`](Self::on_error) has cleared the last timer.
    fn on_idle(
        &mut self,
        ctx: &mut TaskContext<'_, Self>,
    ) -> impl Future<Output = JobResult> + SendOffWasm {
        let _ = ctx;
        async { Ok(()) }
    }

    /// Called after a failed handler with the rolled-back state. What it changes, timers included, is committed.
    ///
    /// The answer decides about a failed [`execute`](Self::execute); after a failed
    /// [`on_event`](Self::on_event) the caller gets the error in any case. The default changes nothing
    /// and follows the attribute.
    fn on_error(
        &mut self,
        error: &JobError,
        source: ErrorSource,
        ctx: &mut TaskContext<'_, Self>,
    ) -> impl Future<Output = ErrorAction> + SendOffWasm {
        let _ = (error, source, ctx);
        async { ErrorAction::Default }
    }

    /// Turns a state stored by an older `version` of the job into the present one.
    ///
    /// The default decodes it as it is, which suits versions that only add fields with defaults.
    fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self> {
        let _ = from;
        Ok(Self::CODEC.decode_value(&old)?)
    }
}

//! Recurring work on a schedule.

mod actor;
mod answer;
mod client;
mod context;
mod messages;
mod next;
mod spec;
mod update;

use std::{future::Future, time::Duration};

pub(crate) use self::actor::ContinuousActor;
pub use self::{
    answer::{ContinuousCall, ContinuousStatus, StartAnswer, Started, StateSet, Stopped, Then},
    client::ContinuousClient,
    context::ContinuousContext,
    messages::ContinuousMessages,
    next::Next,
    spec::{ContinuousSpec, Delay, FirstRun, Missed, OnRecovery, Schedule},
    update::{SetState, UpdateState},
};
use crate::{ErrorAction, JobError, JobResult, JobState, MaybeSend, MaybeSync, SendOffWasm};

/// Implemented by `#[continuous(..)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Continuous` but is not declared as a continuous job",
    label = "missing `#[continuous(..)]` on `{Self}`"
)]
pub trait DeclaredContinuous: crate::Declared<Kind = crate::kind::Continuous> {
    /// What the attribute says.
    const SPEC: ContinuousSpec;
}

/// The behaviour of a job that `#[continuous(..)]` declares. The struct is the state.
///
/// ```ignore
/// impl Continuous for TokenRefresher {
///     type Env = Services;
///
///     async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
///         self.access_token = ctx.env().oauth.refresh(&self.refresh_token).await?;
///         Ok(Next::Scheduled)
///     }
/// }
/// ```
///
/// On native targets the futures must be `Send`; on wasm they need not be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared with `#[continuous]` but has no `Continuous` impl",
    label = "missing `impl Continuous for {Self}`",
    note = "the attribute declares the job; its behaviour goes in a trait impl:\n\nimpl Continuous for {Self} {{\n    type Env = ();\n\n    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {{ .. }}\n}}"
)]
pub trait Continuous: DeclaredContinuous + JobState + MaybeSend + Sized {
    /// The services that handlers reach through [`ContinuousContext::env`]; `()` for none.
    type Env: MaybeSend + MaybeSync + 'static;

    /// One run. `Ok` commits the state and sets the next run; `Err` rolls the state back to the last
    /// commit and follows the retry policy. A panic counts as an `Err`.
    fn execute(
        &mut self,
        ctx: &mut ContinuousContext<'_, Self>,
    ) -> impl Future<Output = JobResult<Next>> + SendOffWasm;

    /// Called at the beginning of the first run, before `execute`. The changes of both are committed together; if
    /// either fails, both are rolled back and tried again, as the retry policy says.
    ///
    /// It is called again until a run has succeeded, and never after that in this life. The default does nothing.
    fn on_start(
        &mut self,
        ctx: &mut ContinuousContext<'_, Self>,
    ) -> impl Future<Output = JobResult> + SendOffWasm {
        let _ = ctx;
        async { Ok(()) }
    }

    /// Called when the job stops: by `stop`, by [`Next::Stop`] or by [`should_stop`](Self::should_stop). What it
    /// changes is committed. It is an attempt of its own, and is retried as the retry policy says; the job stops
    /// also if it fails for good. `terminate` does not call it. The default does nothing.
    fn on_stop(
        &mut self,
        reason: &str,
        ctx: &mut ContinuousContext<'_, Self>,
    ) -> impl Future<Output = JobResult> + SendOffWasm {
        let _ = (reason, ctx);
        async { Ok(()) }
    }

    /// Whether the job ends, as its state says. Asked after each run, after `on_error`, and when a caller sets the
    /// state. The reason of such a stop is `should_stop`.
    fn should_stop(&self) -> bool {
        false
    }

    /// The interval up to the next slot, in place of `every` or `cron`; at least 100 ms. Asked when the job is
    /// started, after each successful run, and when a caller sets the state, from where on it counts for the slots
    /// that are set next. `None` is what the attribute says.
    fn next_interval(&self) -> Option<Duration> {
        None
    }

    /// Called after a failed attempt with the rolled-back state. What it changes is committed.
    ///
    /// The default changes nothing and follows the attribute.
    fn on_error(
        &mut self,
        error: &JobError,
        ctx: &mut ContinuousContext<'_, Self>,
    ) -> impl Future<Output = ErrorAction> + SendOffWasm {
        let _ = (error, ctx);
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

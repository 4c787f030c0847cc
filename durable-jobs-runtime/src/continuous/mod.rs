//! Recurring work on a schedule.

mod actor;
mod answer;
mod client;
mod context;
mod next;
mod spec;

use std::future::Future;

pub(crate) use self::actor::ContinuousActor;
pub use self::{
    answer::{ContinuousCall, ContinuousStatus, StartAnswer, Started, Stopped},
    client::ContinuousClient,
    context::ContinuousContext,
    next::Next,
    spec::{ContinuousSpec, Delay, FirstRun, Missed, OnRecovery, Schedule},
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

//! What the driver needs of a kind: its machine joined with user code.

use std::sync::Arc;

use crate::{
    Address, BoxFuture, ClientError, MaybeSend, MaybeSync,
    core::{Effects, Moment, Waiter},
    storage::{Port, Stored},
    wire::Call,
};

/// What an actor has around it.
pub(crate) struct Home<E> {
    pub(crate) address: Address,
    pub(crate) env: Arc<E>,
    pub(crate) port: Arc<dyn Port>,
    /// What has cut off the attempt that the store may show as open.
    pub(crate) interrupted_by: Arc<str>,
}

/// One instance in memory.
pub(crate) trait Actor: Sized + MaybeSend + 'static {
    /// The services of the job.
    type Env: MaybeSend + MaybeSync + 'static;
    /// What a run needs to know.
    type Invocation: MaybeSend;
    /// What a run leaves behind.
    type Done: MaybeSend + 'static;

    /// Takes the instance up from its stored rows, or as one that does not exist.
    fn restore(
        home: Home<Self::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Effects<Self::Invocation>), ClientError>;

    /// Answers a call.
    fn call(&mut self, moment: Moment, call: Call, waiter: Waiter) -> Effects<Self::Invocation>;

    /// Does what is due.
    fn alarm(&mut self, moment: Moment) -> Effects<Self::Invocation>;

    /// Makes the future that calls the handlers. It is polled only after the mark of the attempt is kept.
    fn begin(&mut self, invocation: Self::Invocation) -> BoxFuture<'static, Self::Done>;

    /// Takes the result of that future.
    fn finish(&mut self, moment: Moment, done: Self::Done) -> Effects<Self::Invocation>;

    /// Puts back the run that is out.
    fn release(&mut self, moment: Moment) -> Effects<Self::Invocation>;

    /// Whether the instance exists. One that does not is not kept in memory.
    fn exists(&self) -> bool;

    /// A text that changes when the job's schedule does.
    fn fingerprint() -> Option<String> {
        None
    }
}

//! Kinds without handlers: a machine is all that there is of them, whatever the job.

use std::{convert::Infallible, sync::Arc};

use super::actor::{ActorContext, ActorFactory, AnyActor, Run};
use crate::{
    Address, ClientError, MaybeSend, MaybeSync, Timestamp,
    core::{Caller, Effects, Moment, Waiter},
    jobs::Target,
    storage::Stored,
    target::BoxAny,
    wire::Call,
};

/// What a machine without runs wants done.
pub(crate) type Out = Effects<Infallible>;

/// The machine of a kind without handlers.
pub(crate) trait Plain: Sized + MaybeSend + 'static {
    /// What the attribute declares.
    type Spec: MaybeSync + 'static;

    /// Reads the text of a call of this kind; `None` if it is one of another kind.
    fn read_call(text: &str) -> serde_json::Result<Option<Call>>;

    /// Takes the instance up from its stored rows, or as one that does not exist.
    fn restore(
        spec: &'static Self::Spec,
        address: Address,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Out), ClientError>;

    /// Answers a call.
    fn call(&mut self, moment: Moment, call: Call, caller: Caller) -> Out;

    /// Whether the instance exists. One that does not is not kept in memory.
    fn exists(&self) -> bool;

    /// When the instance wants to be woken.
    fn wakes_at(&self) -> Option<Timestamp> {
        None
    }

    /// Does what is due.
    fn alarm(&mut self, moment: Moment) -> Out {
        let _ = moment;
        Out::none()
    }

    /// Notes that a caller no longer waits for its answer.
    fn left(&mut self, moment: Moment, waiter: Waiter) -> Out {
        let _ = (moment, waiter);
        Out::none()
    }

    /// Refuses whoever waits: the host stops.
    fn release(&mut self, moment: Moment) -> Out {
        let _ = moment;
        Out::none()
    }
}

/// An instance of such a kind in memory.
struct PlainActor<P>(P);

/// Makes the instances of a job of such a kind.
pub(super) struct PlainFactory<P: Plain>(pub(super) &'static P::Spec);

fn without_run(out: Out) -> Effects<Run> {
    out.map_runs(|never| match never {})
}

impl<P: Plain> AnyActor for PlainActor<P> {
    fn call(&mut self, moment: Moment, call: Call, caller: Caller) -> Effects<Run> {
        without_run(self.0.call(moment, call, caller))
    }

    fn left(&mut self, moment: Moment, waiter: Waiter) -> Effects<Run> {
        without_run(self.0.left(moment, waiter))
    }

    fn alarm(&mut self, moment: Moment) -> Effects<Run> {
        without_run(self.0.alarm(moment))
    }

    fn finish(&mut self, _moment: Moment, _done: BoxAny) -> Effects<Run> {
        Effects::none()
    }

    fn release(&mut self, moment: Moment) -> Effects<Run> {
        without_run(self.0.release(moment))
    }

    fn exists(&self) -> bool {
        self.0.exists()
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        self.0.wakes_at()
    }

    /// There is no state.
    fn rewrite(&self, _state: &str) -> Option<Arc<str>> {
        None
    }
}

impl<P: Plain> ActorFactory for PlainFactory<P> {
    /// There is no handler that could write.
    fn targets(&self) -> &'static [Target] {
        &[]
    }

    fn restore(
        &self,
        context: ActorContext<()>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Box<dyn AnyActor>, Effects<Run>), ClientError> {
        let (machine, out) = P::restore(self.0, context.address, stored, moment)?;
        Ok((Box::new(PlainActor(machine)), without_run(out)))
    }
}

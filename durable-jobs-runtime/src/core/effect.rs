//! What a machine wants done.

use crate::{
    ClientError, Timestamp,
    jobs::Draft,
    storage::{InstanceRow, Write},
    telemetry::Happening,
    wire::{Answer, RequestId},
};

/// What the world is like at one step: the inputs that a machine cannot have of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The time now.
    pub(crate) now: Timestamp,
    /// A random number, fresh for every step.
    pub(crate) entropy: u64,
    /// Whether an attempt may begin in this step.
    pub(crate) attempts: Attempts,
}

/// When attempts begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempts {
    /// In the step that makes them due.
    Now,
    /// Not in this step: whatever becomes due is saved as a timer, and the host's alarm comes for it.
    AtAlarm,
}

/// Stands for a caller who waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Waiter(pub u64);

/// Who has made a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    /// Waits for the answer.
    pub(crate) waiter: Waiter,
    /// Names the call, so that its repetition is known after a restart.
    pub(crate) request: Option<RequestId>,
}

/// One thing to be done.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Change the stored rows, with all other writes of the list in one transaction.
    Write(Write),
    /// Drop the runs that are out: nobody takes their results.
    Abandon,
    /// Answer a caller, once the writes are durable.
    Reply(Waiter, Result<Answer, ClientError>),
    /// Tell observers, once the writes are durable.
    Tell(Happening),
    /// Send a message, once the writes are durable.
    Send(Draft),
}

/// When a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// At once: what it does counts only by its commit.
    Now,
    /// When the writes of the list, its mark among them, are kept.
    Marked,
}

/// Everything that follows from one input. `I` tells what a run needs to know.
#[derive(Debug)]
pub(crate) struct Effects<I> {
    pub(crate) list: Vec<Effect>,
    /// The runs that begin: after everything in the list. Most kinds have one out at a time.
    pub(crate) runs: Vec<(I, Begin)>,
}

impl<I> Effects<I> {
    pub(crate) fn none() -> Self {
        Self {
            list: Vec::new(),
            runs: Vec::new(),
        }
    }

    pub(crate) fn refusal(waiter: Waiter, error: ClientError) -> Self {
        Self {
            list: vec![Effect::Reply(waiter, Err(error))],
            runs: Vec::new(),
        }
    }

    /// Most inputs lead to a write and an answer.
    fn push(&mut self, effect: Effect) {
        if self.list.is_empty() {
            self.list.reserve_exact(2);
        }
        self.list.push(effect);
    }

    pub(crate) fn reply(&mut self, waiter: Waiter, answer: Answer) {
        self.push(Effect::Reply(waiter, Ok(answer)));
    }

    pub(crate) fn refuse(&mut self, waiter: Waiter, error: ClientError) {
        self.push(Effect::Reply(waiter, Err(error)));
    }

    /// Whether a caller is answered.
    pub(crate) fn answers(&self, waiter: Waiter) -> bool {
        let answers = |effect: &Effect| matches!(effect, Effect::Reply(to, _) if *to == waiter);
        self.list.iter().any(answers)
    }

    pub(crate) fn tell(&mut self, happening: Happening) {
        self.push(Effect::Tell(happening));
    }

    pub(crate) fn tell_all(&mut self, happenings: impl IntoIterator<Item = Happening>) {
        self.list.extend(happenings.into_iter().map(Effect::Tell));
    }

    /// What a handler has told and sent.
    pub(crate) fn extend(&mut self, emitted: Vec<Effect>) {
        self.list.extend(emitted);
    }

    pub(crate) fn write(&mut self, write: Write) {
        self.push(Effect::Write(write));
    }

    /// One row for the whole step, and before all that belongs to it. A second save replaces the first
    /// and takes over its state.
    pub(crate) fn save(&mut self, mut row: InstanceRow) {
        if let Some(Effect::Write(Write::Save(earlier))) = self.list.first_mut() {
            row.state = row.state.or_else(|| earlier.state.take());
            *earlier = row;
        } else {
            self.list.insert(0, Effect::Write(Write::Save(row)));
        }
    }

    pub(crate) fn run_now(&mut self, invocation: I) {
        self.runs.push((invocation, Begin::Now));
    }

    pub(crate) fn run_marked(&mut self, invocation: I) {
        self.runs.push((invocation, Begin::Marked));
    }

    /// Makes of the runs that begin something else.
    pub(crate) fn map_runs<T>(self, mut map: impl FnMut(I) -> T) -> Effects<T> {
        let mut runs = Vec::with_capacity(self.runs.len());
        for (run, begin) in self.runs {
            runs.push((map(run), begin));
        }
        let list = self.list;
        Effects { list, runs }
    }
}

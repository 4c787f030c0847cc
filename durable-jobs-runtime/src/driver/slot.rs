//! One instance: its mailbox, and where it is.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::Waker,
};

use futures_channel::oneshot;

use super::{
    actor::ActorFactory,
    admission::Admitted,
    delivery::DeliveryCallback,
    release::Stored,
    shared::{Shared, lock},
    step::Active,
};
use crate::{
    Address, ClientError,
    core::DeliveryReport,
    wire::{Answer, Call, MessageId, RequestId},
};

/// Where an answer goes.
pub(super) enum Reply {
    /// To a caller, whose place is given back with it.
    Caller(
        oneshot::Sender<Result<Answer, ClientError>>,
        Option<Admitted>,
    ),
    /// To whoever has brought a message.
    Sender(Box<dyn DeliveryCallback>),
}

impl Reply {
    /// Whether nobody waits for the answer any more.
    pub(super) fn is_canceled(&self) -> bool {
        match self {
            Self::Caller(caller, _) => caller.is_canceled(),
            Self::Sender(_) => false,
        }
    }

    /// Gives the answer. A caller who no longer waits needs none.
    pub(super) fn send(self, result: Result<Answer, ClientError>) {
        match self {
            Self::Caller(caller, place) => {
                drop(place);
                drop(caller.send(result));
            }
            Self::Sender(callback) => callback.take(result),
        }
    }
}

/// What an instance can be told.
pub(super) enum Input {
    /// Answer a call, once for all repetitions of its request.
    Call(Call, Reply, Option<RequestId>),
    /// Take a message of another instance, once for all its repetitions.
    Message(Call, Reply, MessageId),
    /// A step is stored: go on with what has waited for it.
    Stored(Stored),
    /// Messages of the instance have arrived, or one has not.
    Delivered(Box<DeliveryReport>),
    /// Do what is due.
    Alarm,
    /// Put back the run that is out.
    Release,
    /// Look whether a commit has failed, or a caller has given up.
    Look,
}

impl Input {
    /// Whether runs have waited for it.
    pub(super) fn begins_runs(&self) -> bool {
        matches!(self, Self::Stored(stored) if stored.marked.is_some())
    }

    /// Whether it concerns nothing but what is in memory.
    fn is_for_memory(&self) -> bool {
        match self {
            Self::Release | Self::Look => true,
            Self::Stored(stored) => stored.sent.is_none(),
            _ => false,
        }
    }
}

/// One instance of any job.
pub(super) struct Slot {
    pub(super) address: Address,
    pub(super) factory: Arc<dyn ActorFactory>,
    pub(super) shared: Arc<Shared>,
    pub(super) inputs: Mutex<Inputs>,
    touched: AtomicBool,
}

pub(super) struct Inputs {
    pub(super) queue: VecDeque<Input>,
    /// Why the last stay in memory was given up, until the next one knows.
    pub(super) loss: Option<Arc<str>>,
    /// Whether the slot is to be woken after a failure: nothing else knows of it, so until then it is not removed.
    pub(super) wakes_later: bool,
    pub(super) stage: Stage,
}

pub(super) enum Stage {
    /// Not in memory.
    Asleep,
    /// In memory, driven by nobody.
    Resting(Box<Active>),
    /// Driven; woken through the waker when it waits for an input.
    Driven(Option<Waker>),
    /// Removed from the engine.
    Retired,
}

impl Slot {
    pub(super) fn new(
        address: Address,
        factory: Arc<dyn ActorFactory>,
        shared: Arc<Shared>,
    ) -> Self {
        let inputs = Inputs {
            queue: VecDeque::new(),
            loss: None,
            wakes_later: false,
            stage: Stage::Asleep,
        };
        Self {
            address,
            factory,
            shared,
            inputs: Mutex::new(inputs),
            touched: AtomicBool::new(true),
        }
    }

    pub(super) fn unknown(&self, reason: impl fmt::Display) -> ClientError {
        ClientError::OutcomeUnknown {
            job: self.address.job.to_owned(),
            id: self.address.id.as_str().to_owned(),
            request: None,
            reason: reason.to_string(),
        }
    }

    /// Ends the drive, unless an input has come meanwhile.
    pub(super) fn rest(&self, active: Box<Active>) -> Option<Box<Active>> {
        let mut inputs = lock(&self.inputs);
        if !inputs.queue.is_empty() {
            return Some(active);
        }
        let kept = active.is_needed() || !active.link.is_quiet();
        inputs.stage = if kept {
            Stage::Resting(active)
        } else {
            Stage::Asleep
        };
        None
    }

    /// Ends the drive of an instance that is not in memory, unless an input has come meanwhile.
    pub(super) fn fall_asleep(&self) -> bool {
        let mut inputs = lock(&self.inputs);
        let asleep = inputs.queue.is_empty();
        if asleep {
            inputs.stage = Stage::Asleep;
        }
        asleep
    }

    #[cold]
    #[inline(never)]
    pub(super) fn refuse_queued(&self, error: &ClientError) {
        let queue = std::mem::take(&mut lock(&self.inputs).queue);
        for input in queue {
            if let Input::Call(_, reply, _) | Input::Message(_, reply, _) = input {
                reply.send(Err(error.clone()));
            }
        }
    }
}

impl Slot {
    /// Takes an input; gives it back if the slot has been retired.
    pub(super) fn deliver(self: Arc<Self>, input: Input) -> Result<(), Input> {
        self.touched.store(true, Ordering::Relaxed);
        let mut inputs = lock(&self.inputs);
        let resting = match std::mem::replace(&mut inputs.stage, Stage::Driven(None)) {
            Stage::Retired => {
                inputs.stage = Stage::Retired;
                return Err(input);
            }
            Stage::Driven(waker) => {
                inputs.queue.push_back(input);
                drop(inputs);
                if let Some(waker) = waker {
                    waker.wake();
                }
                return Ok(());
            }
            Stage::Asleep if input.is_for_memory() => {
                inputs.stage = Stage::Asleep;
                return Ok(());
            }
            Stage::Asleep => None,
            Stage::Resting(active) => Some(active),
        };
        inputs.queue.push_back(input);
        drop(inputs);
        self.begin_drive(resting);
        Ok(())
    }

    pub(super) fn is_driven(&self) -> bool {
        matches!(lock(&self.inputs).stage, Stage::Driven(_))
    }

    pub(super) fn has_inputs(&self) -> bool {
        !lock(&self.inputs).queue.is_empty()
    }

    /// Leaves memory, if nothing goes on and nothing came in since the last time it was asked.
    pub(super) fn retire(&self) -> bool {
        if self.touched.swap(false, Ordering::Relaxed) {
            return false;
        }
        let mut inputs = lock(&self.inputs);
        let idle = match &inputs.stage {
            Stage::Asleep => inputs.queue.is_empty(),
            Stage::Resting(active) => active.is_idle(),
            Stage::Driven(_) | Stage::Retired => false,
        };
        let idle = idle && !inputs.wakes_later;
        if idle {
            inputs.stage = Stage::Retired;
        }
        idle
    }
}

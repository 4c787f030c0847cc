//! Attempts that begin only while the platform's alarm is being delivered.

use std::{
    future::poll_fn,
    sync::Mutex,
    task::{Poll, Waker},
};

use super::shared::lock;
use crate::core::Attempts;

/// Whether attempts may begin, for a host whose platform brings an alarm again until it has been handled: a
/// crash in an attempt that began in the alarm is then noticed without anybody's help.
///
/// One alarm lets the attempts of one step begin, and is handled once they have ended.
#[derive(Debug, Default)]
pub(super) struct AlarmGate(Mutex<Gate>);

#[derive(Debug, Default)]
struct Gate {
    stage: Stage,
    messages: Messages,
    closed: Option<Waker>,
}

/// Whether messages of the instance are on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Messages {
    #[default]
    None,
    Out,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// No alarm is being delivered.
    #[default]
    Closed,
    /// One is, and what is due may begin.
    Open,
    /// Its attempts are out.
    Attempting,
}

impl AlarmGate {
    pub(super) fn attempts(&self) -> Attempts {
        match lock(&self.0).stage {
            Stage::Open => Attempts::Now,
            Stage::Closed | Stage::Attempting => Attempts::AtAlarm,
        }
    }

    pub(super) fn open(&self) {
        lock(&self.0).stage = Stage::Open;
    }

    /// Notes that an attempt begins.
    pub(super) fn attempt_begins(&self) {
        let mut gate = lock(&self.0);
        if gate.stage == Stage::Open {
            gate.stage = Stage::Attempting;
        }
    }

    /// Notes that no attempt is out.
    pub(super) fn attempt_ended(&self) {
        self.close_if(|stage| stage == Stage::Attempting);
    }

    /// Notes that nothing goes on.
    pub(super) fn at_rest(&self) {
        self.close_if(|_| true);
    }

    fn close_if(&self, ended: impl FnOnce(Stage) -> bool) {
        let mut gate = lock(&self.0);
        if !ended(gate.stage) {
            return;
        }
        gate.stage = Stage::Closed;
        let waker = gate.take_waker();
        drop(gate);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Notes whether messages are on their way: an alarm that has been delivered waits for them.
    pub(super) fn note_messages(&self, messages: Messages) {
        let mut gate = lock(&self.0);
        gate.messages = messages;
        let waker = gate.take_waker();
        drop(gate);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether an alarm is being delivered: should this instance be gone, it comes again.
    pub(super) fn is_in_alarm(&self) -> bool {
        lock(&self.0).stage != Stage::Closed
    }

    /// Waits until the alarm has been handled.
    pub(super) async fn closed(&self) {
        poll_fn(|cx| {
            let mut gate = lock(&self.0);
            if gate.is_handled() {
                return Poll::Ready(());
            }
            gate.closed = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Gate {
    fn is_handled(&self) -> bool {
        self.stage == Stage::Closed && self.messages == Messages::None
    }

    /// Whoever waits until the alarm has been handled, if it has.
    fn take_waker(&mut self) -> Option<Waker> {
        self.is_handled().then(|| self.closed.take()).flatten()
    }
}

//! What can go wrong, where, and what did.

use std::{fmt, time::Duration};

use crate::machine::{CallFault, CommitFault, CrashPoint, WakeFault};

/// What can go wrong in a simulation, in groups that can be [left out](super::Simulation::without).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// The host crashes: between two calls, before a commit, inside a group of commits, or after a commit.
    Crash,
    /// The disk refuses a commit.
    Storage,
    /// An alarm is lost, late, early, or comes twice.
    Alarm,
    /// A call does not arrive, or its answer does not, or it arrives twice.
    Call,
    /// The clock jumps, forward or back.
    Clock,
    /// A service fails, panics, or is slow, wherever it asks [`Unreliable`](super::Unreliable).
    Service,
}

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strike {
    Commit(CommitFault),
    Wake(WakeFault),
    Call(CallFault),
    Service(ServiceFault),
    Step(StepFault),
}

/// What becomes of a call of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServiceFault {
    Fails,
    FailsForGood,
    Panics,
    Slow(Duration),
}

/// What happens between two steps of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepFault {
    Crash,
    /// An alarm of nobody's comes to this one of the instances.
    Wake(usize),
    Forward(Duration),
    Back(Duration),
}

impl Strike {
    pub(super) fn group(self) -> Fault {
        match self {
            Self::Commit(CommitFault::Crash(_)) | Self::Step(StepFault::Crash) => Fault::Crash,
            Self::Commit(CommitFault::Refuse(_)) => Fault::Storage,
            Self::Wake(_) | Self::Step(StepFault::Wake(_)) => Fault::Alarm,
            Self::Call(_) => Fault::Call,
            Self::Service(_) => Fault::Service,
            Self::Step(StepFault::Forward(_) | StepFault::Back(_)) => Fault::Clock,
        }
    }
}

impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(CommitFault::Crash(point)) => match point {
                CrashPoint::Before => f.write_str("the host crashed before a commit"),
                CrashPoint::Inside { stored } => write!(
                    f,
                    "the host crashed inside a group of commits, of which {stored} were stored, at one"
                ),
                CrashPoint::After => f.write_str("the host crashed after a commit"),
            },
            Self::Commit(CommitFault::Refuse(fault)) => {
                write!(f, "the disk refused ({fault:?}) a commit")
            }
            Self::Wake(WakeFault::Lost) => f.write_str("the alarm was lost"),
            Self::Wake(WakeFault::Twice) => f.write_str("the alarm came twice"),
            Self::Wake(WakeFault::Late(by)) => write!(f, "the alarm was {by:?} late"),
            Self::Call(CallFault::Unsent) => f.write_str("the call did not arrive"),
            Self::Call(CallFault::Unanswered) => f.write_str("the answer was lost of the call"),
            Self::Call(CallFault::Twice) => f.write_str("the call arrived twice"),
            Self::Service(ServiceFault::Fails) => f.write_str("a service failed"),
            Self::Service(ServiceFault::FailsForGood) => f.write_str("a service failed for good"),
            Self::Service(ServiceFault::Panics) => f.write_str("a service panicked"),
            Self::Service(ServiceFault::Slow(by)) => write!(f, "a service took {by:?}"),
            Self::Step(StepFault::Crash) => f.write_str("the host crashed between two steps"),
            Self::Step(StepFault::Wake(_)) => f.write_str("a stray alarm came"),
            Self::Step(StepFault::Forward(by)) => write!(f, "the clock jumped {by:?} forward"),
            Self::Step(StepFault::Back(by)) => write!(f, "the clock jumped {by:?} back"),
        }
    }
}

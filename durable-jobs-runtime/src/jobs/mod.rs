//! Messages from job to job: whom a job may write to, and what a handler has written so far.
//!
//! A message leaves with the commit of the step that has written it, and takes effect once.

mod drafts;

use std::fmt;

pub use self::drafts::MessageWriter;
pub(crate) use self::drafts::{Draft, Drafts};
use crate::{
    Declared,
    kind::{self, Enter},
};

/// That a job may write to another one. The attribute implements it for whom its `jobs(..)` names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say that it writes to `{Receiver}`",
    label = "not among the `jobs(..)` of `{Self}`",
    note = "add `{Receiver}` to `jobs(..)` of the attribute of `{Self}`, so that a host without `{Receiver}` is refused when it starts"
)]
pub trait SendsTo<Receiver: ?Sized> {}

/// A job that another one writes to, as its attribute declares it.
#[derive(Clone, Copy)]
pub struct Target {
    name: fn() -> &'static str,
    type_name: fn() -> &'static str,
    class: &'static str,
}

impl Target {
    /// The job `J`.
    pub const fn of<J: Declared>() -> Self
    where
        J::Kind: Enter<J> + Reach<J>,
    {
        Self {
            name: <J::Kind as Enter<J>>::name,
            type_name: std::any::type_name::<J>,
            class: <J as Declared>::CLASS,
        }
    }

    /// Its stored name.
    pub(crate) fn name(self) -> &'static str {
        (self.name)()
    }

    /// Its type.
    pub(crate) fn type_name(self) -> &'static str {
        (self.type_name)()
    }

    /// Its Durable Object class.
    pub(crate) fn class(self) -> &'static str {
        self.class
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.name()).finish()
    }
}

/// What can be written to the jobs of one kind. Of a rate limiter or a semaphore the answer is what matters, which a
/// message does not bring back.
#[diagnostic::on_unimplemented(
    message = "`{J}` takes no messages: whoever asks it needs its answer",
    label = "is asked by its client, and not written to",
    note = "put a client of `{J}` into the services of the job, and call it as `ctx.env()`; see the docs of the attribute of `{J}`"
)]
pub trait Reach<J> {
    /// The messages that job `J` takes.
    type Messages<'run>;

    /// Those that one handler writes.
    fn messages(writer: MessageWriter<'_>) -> Self::Messages<'_>;
}

impl<J: crate::continuous::Continuous> Reach<J> for kind::Continuous {
    type Messages<'run> = crate::continuous::ContinuousMessages<'run, J>;

    fn messages(writer: MessageWriter<'_>) -> Self::Messages<'_> {
        crate::continuous::ContinuousMessages::new(writer)
    }
}

impl<J: crate::debounce::Debounce> Reach<J> for kind::Debounce {
    type Messages<'run> = crate::debounce::DebounceMessages<'run, J>;

    fn messages(writer: MessageWriter<'_>) -> Self::Messages<'_> {
        crate::debounce::DebounceMessages::new(writer)
    }
}

impl<J: crate::task::Task> Reach<J> for kind::Task {
    type Messages<'run> = crate::task::TaskMessages<'run, J>;

    fn messages(writer: MessageWriter<'_>) -> Self::Messages<'_> {
        crate::task::TaskMessages::new(writer)
    }
}

impl<J: crate::queue::Queue> Reach<J> for kind::Queue {
    type Messages<'run> = crate::queue::QueueMessages<'run, J>;

    fn messages(writer: MessageWriter<'_>) -> Self::Messages<'_> {
        crate::queue::QueueMessages::new(writer)
    }
}

/// What can be written to the instances of job `J`.
pub type Messages<'run, J> = <<J as Declared>::Kind as Reach<J>>::Messages<'run>;

/// Writes the type of the messages of one kind and how it is made.
macro_rules! messages_type {
    ($(#[$doc:meta])* $name:ident: $kind:ident) => {
        $(#[$doc])*
        pub struct $name<'run, J> {
            writer: $crate::jobs::MessageWriter<'run>,
            job: std::marker::PhantomData<fn() -> J>,
        }

        impl<'run, J: $kind> $name<'run, J> {
            pub(crate) fn new(writer: $crate::jobs::MessageWriter<'run>) -> Self {
                Self { writer, job: std::marker::PhantomData }
            }
        }

        impl<J> std::fmt::Debug for $name<'_, J> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.writer).finish()
            }
        }
    };
}
pub(crate) use messages_type;

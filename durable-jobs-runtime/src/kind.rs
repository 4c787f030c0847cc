//! The kinds of job as types, for what is generic over them.

use std::sync::Arc;

use crate::{
    JobKind, MaybeSend, MaybeSync,
    continuous::{ContinuousActor, ContinuousSpec},
    debounce::{DebounceActor, DebounceSpec},
    driver::Entry,
    jobs::Target,
    queue::{QueueActor, QueueSpec},
    task::{TaskActor, TaskSpec},
};

/// [`crate::continuous`] as a type.
#[derive(Debug)]
pub enum Continuous {}

/// [`crate::debounce`] as a type.
#[derive(Debug)]
pub enum Debounce {}

/// [`crate::task`] as a type.
#[derive(Debug)]
pub enum Task {}

/// [`crate::rate_limit`] as a type.
#[derive(Debug)]
pub enum RateLimit {}

/// [`crate::semaphore`] as a type.
#[derive(Debug)]
pub enum Semaphore {}

/// [`crate::queue`] as a type.
#[derive(Debug)]
pub enum Queue {}

/// A type that carries one of the attributes. Implemented by them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a job",
    label = "missing `#[continuous(..)]`, `#[debounce(..)]`, `#[task]`, `#[queue(..)]`, `#[rate_limit(..)]` or `#[semaphore(..)]` on `{Self}`"
)]
pub trait Declared: 'static {
    /// The kind that the attribute names.
    type Kind;

    /// The name of the job's Durable Object class, for hosts that have such classes.
    const CLASS: &'static str = "";

    /// The jobs that it writes to.
    const TARGETS: &'static [Target] = &[];
}

/// Makes the registry's entry of a job of this kind.
pub trait Enter<J> {
    /// The services of the job on a host that offers `E`: those that its handlers ask for, or whatever is offered, if
    /// it has no handlers.
    type Env<E: MaybeSend + MaybeSync + 'static>: MaybeSend + MaybeSync + 'static;

    /// The stored name of job `J`.
    fn name() -> &'static str;

    /// The entry of job `J` with its services.
    fn entry<E: MaybeSend + MaybeSync + 'static>(env: Arc<Self::Env<E>>) -> Entry;
}

impl<J: crate::continuous::Continuous> Enter<J> for Continuous {
    type Env<E: MaybeSend + MaybeSync + 'static> = J::Env;

    fn name() -> &'static str {
        J::SPEC.name
    }

    fn entry<E: MaybeSend + MaybeSync + 'static>(env: Arc<J::Env>) -> Entry {
        let ContinuousSpec { name, .. } = J::SPEC;
        Entry::new::<ContinuousActor<J>>(JobKind::Continuous, name, std::any::type_name::<J>(), env)
    }
}

impl<J: crate::debounce::Debounce> Enter<J> for Debounce {
    type Env<E: MaybeSend + MaybeSync + 'static> = J::Env;

    fn name() -> &'static str {
        J::SPEC.name
    }

    fn entry<E: MaybeSend + MaybeSync + 'static>(env: Arc<J::Env>) -> Entry {
        let DebounceSpec { name, .. } = J::SPEC;
        Entry::new::<DebounceActor<J>>(JobKind::Debounce, name, std::any::type_name::<J>(), env)
    }
}

impl<J: crate::task::Task> Enter<J> for Task {
    type Env<E: MaybeSend + MaybeSync + 'static> = J::Env;

    fn name() -> &'static str {
        J::SPEC.name
    }

    fn entry<E: MaybeSend + MaybeSync + 'static>(env: Arc<J::Env>) -> Entry {
        let TaskSpec { name, .. } = J::SPEC;
        Entry::new::<TaskActor<J>>(JobKind::Task, name, std::any::type_name::<J>(), env)
    }
}

impl<J: crate::queue::Queue> Enter<J> for Queue {
    type Env<E: MaybeSend + MaybeSync + 'static> = J::Env;

    fn name() -> &'static str {
        J::SPEC.name
    }

    fn entry<E: MaybeSend + MaybeSync + 'static>(env: Arc<J::Env>) -> Entry {
        let QueueSpec { name, .. } = J::SPEC;
        Entry::new::<QueueActor<J>>(JobKind::Queue, name, std::any::type_name::<J>(), env)
    }
}

/// A job of any kind, as hosts register it. Implemented for whatever carries an attribute and its trait impl.
pub trait Job: Declared {
    /// The services of the job on a host that offers `E`, which is given one value of this type: a host runs the job
    /// if both are the same.
    type Env<E: MaybeSend + MaybeSync + 'static>: MaybeSend + MaybeSync + 'static;

    /// The stored name of the job.
    fn name() -> &'static str;

    /// The registry's entry.
    fn entry<E: MaybeSend + MaybeSync + 'static>(env: Arc<Self::Env<E>>) -> Entry;
}

impl<J> Job for J
where
    J: Declared,
    J::Kind: Enter<J>,
{
    type Env<E: MaybeSend + MaybeSync + 'static> = <J::Kind as Enter<J>>::Env<E>;

    fn name() -> &'static str {
        <J::Kind as Enter<J>>::name()
    }

    fn entry<E: MaybeSend + MaybeSync + 'static>(env: Arc<Self::Env<E>>) -> Entry {
        <J::Kind as Enter<J>>::entry::<E>(env)
    }
}

//! So many at a time.

mod answer;
mod client;
mod spec;

use std::sync::Arc;

pub use self::{
    answer::{Acquired, Permit, Released, Renewed, SemaphoreCall, SemaphoreStatus},
    client::SemaphoreClient,
    spec::SemaphoreSpec,
};
use crate::{
    Entry, JobKind, MaybeSend, MaybeSync,
    core::semaphore::Machine,
    kind::{Enter, Semaphore},
};

/// A semaphore. Implemented by `#[semaphore(..)]`; there is nothing to implement by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a semaphore",
    label = "missing `#[semaphore(..)]` on `{Self}`"
)]
pub trait DeclaredSemaphore: crate::Declared<Kind = Semaphore> {
    /// What the attribute says.
    const SPEC: SemaphoreSpec;
}

/// It has no handlers, so it asks for no services.
impl<J: DeclaredSemaphore> Enter<J> for Semaphore {
    type Env<E: MaybeSend + MaybeSync + 'static> = E;

    fn name() -> &'static str {
        J::SPEC.name
    }

    fn entry<E: MaybeSend + MaybeSync + 'static>(_env: Arc<E>) -> Entry {
        let (kind, name) = (JobKind::Semaphore, J::SPEC.name);
        Entry::plain::<Machine>(kind, name, std::any::type_name::<J>(), &J::SPEC)
    }
}

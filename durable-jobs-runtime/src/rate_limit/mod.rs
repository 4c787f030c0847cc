//! So many permits in a time.

mod answer;
mod client;
mod spec;

use std::sync::Arc;

pub use self::{
    answer::{Admission, LimitReset, RateLimitCall, RateLimitStatus},
    client::RateLimitClient,
    spec::{Algorithm, RateLimitSpec},
};
use crate::{
    Entry, JobKind, MaybeSend, MaybeSync,
    core::rate_limit::Machine,
    kind::{Enter, RateLimit},
};

/// A rate limiter. Implemented by `#[rate_limit(..)]`; there is nothing to implement by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a rate limiter",
    label = "missing `#[rate_limit(..)]` on `{Self}`"
)]
pub trait DeclaredRateLimit: crate::Declared<Kind = RateLimit> {
    /// What the attribute says.
    const SPEC: RateLimitSpec;
}

/// It has no handlers, so it asks for no services.
impl<J: DeclaredRateLimit> Enter<J> for RateLimit {
    type Env<E: MaybeSend + MaybeSync + 'static> = E;

    fn name() -> &'static str {
        J::SPEC.name
    }

    fn entry<E: MaybeSend + MaybeSync + 'static>(_env: Arc<E>) -> Entry {
        let (kind, name) = (JobKind::RateLimit, J::SPEC.name);
        Entry::plain::<Machine>(kind, name, std::any::type_name::<J>(), &J::SPEC)
    }
}

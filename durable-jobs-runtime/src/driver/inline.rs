//! At most one drive at a time on a stack.

use std::cell::Cell;

thread_local! {
    static DRIVING: Cell<bool> = const { Cell::new(false) };
}

/// Shows that a drive is being polled on this stack, until it is dropped.
pub(super) struct Inline(());

impl Inline {
    /// Begins one, unless one is being polled already.
    pub(super) fn begin() -> Option<Self> {
        (!DRIVING.replace(true)).then_some(Self(()))
    }
}

impl Drop for Inline {
    fn drop(&mut self) {
        DRIVING.set(false);
    }
}

//! What the present stack is doing: whether user code is being polled on it.

use std::cell::Cell;

thread_local! {
    static DRIVING: Cell<bool> = const { Cell::new(false) };
}

/// Shows that an instance is being driven on this stack, until it is dropped.
pub(super) struct Inline {
    before: bool,
}

impl Inline {
    /// Begins one, unless one is there: a stack has an end, so instances that call each other are not
    /// driven on top of each other.
    pub(super) fn begin() -> Option<Self> {
        (!Self::is_on()).then(Self::enter)
    }

    /// Begins one.
    pub(super) fn enter() -> Self {
        Self {
            before: DRIVING.replace(true),
        }
    }

    /// Whether one is there: whoever calls is a handler.
    pub(super) fn is_on() -> bool {
        DRIVING.get()
    }
}

impl Drop for Inline {
    fn drop(&mut self) {
        DRIVING.set(self.before);
    }
}

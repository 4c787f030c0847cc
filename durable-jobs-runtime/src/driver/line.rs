//! Callers who wait in the line of an instance.

use crate::{BoxFuture, ClientError, MaybeSend, wire::Answer};

/// The place of a caller in a line. Whoever gives it up without an answer leaves the line at once.
pub(super) struct Place<F: FnOnce()>(Option<F>);

impl<F: FnOnce() + MaybeSend> Place<F> {
    /// A place; `leave` tells the instance that it was given up.
    pub(super) fn new(leave: F) -> Self {
        Self(Some(leave))
    }

    /// Keeps the place until the answer is there.
    pub(super) async fn hold(
        mut self,
        answer: BoxFuture<'static, Result<Answer, ClientError>>,
    ) -> Result<Answer, ClientError> {
        let answer = answer.await;
        if answer.is_ok() {
            self.0 = None;
        }
        answer
    }
}

impl<F: FnOnce()> Drop for Place<F> {
    fn drop(&mut self) {
        if let Some(leave) = self.0.take() {
            leave();
        }
    }
}

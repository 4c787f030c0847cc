//! The way of a call from its caller to its answer.

use std::{future::poll_fn, pin::Pin, task::Poll};

use futures_channel::oneshot;

use crate::{
    Address, BoxFuture, ClientError,
    wire::{Answer, RequestId},
};

/// Waits for an answer, until a deadline if there is one.
pub(super) async fn answer_within(
    mut answer: oneshot::Receiver<Result<Answer, ClientError>>,
    mut deadline: Option<BoxFuture<'static, ()>>,
    address: Address,
    request: Option<RequestId>,
) -> Result<Answer, ClientError> {
    let lost = poll_fn(|cx| {
        if let Poll::Ready(answer) = Pin::new(&mut answer).poll(cx) {
            return Poll::Ready(answer.map_err(|_| "the host stopped before it answered"));
        }
        match &mut deadline {
            Some(deadline) => deadline
                .as_mut()
                .poll(cx)
                .map(|()| Err("the timeout passed")),
            None => Poll::Pending,
        }
    });
    match lost.await {
        Ok(answer) => answer.map_err(|error| error.of_request(request)),
        Err(reason) => Err(ClientError::OutcomeUnknown {
            job: address.job.to_owned(),
            id: address.id.as_str().to_owned(),
            request,
            reason: reason.to_owned(),
        }),
    }
}

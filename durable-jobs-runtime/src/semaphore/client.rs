//! Calls semaphores.

use std::time::Duration;

use super::{
    Acquired, DeclaredSemaphore, Permit, Released, Renewed, SemaphoreCall, SemaphoreStatus,
};
use crate::{
    ClientError,
    line::{Reply, client_type},
    time::whole_millis,
    wire::{AnswerType, Call, Terminated},
};

client_type! {
    /// Calls the instances of one semaphore. The attribute names it `{Job}Client`; clones are cheap.
    SemaphoreClient: DeclaredSemaphore
}

impl<J: DeclaredSemaphore> SemaphoreClient<J> {
    /// Acquires so many permits at once, and waits for them for at most `wait`. The first call creates the instance.
    ///
    /// Callers are served in the order in which they came, and nobody overtakes one who waits for many. Whoever stops
    /// waiting (drops this future) leaves the line. A call that was lost finds its place again when it is repeated
    /// within ten seconds with the same request id: see [`with_request`](Self::with_request).
    ///
    /// # Errors
    ///
    /// [`ClientError::Validation`] for 0 permits, and for more than there are. [`ClientError::Overflow`] when 10,000
    /// callers wait already.
    pub async fn acquire(
        &self,
        id: &str,
        permits: u32,
        wait: Duration,
    ) -> Result<Acquired, ClientError> {
        let wait_ms = whole_millis(wait);
        self.ask(id, SemaphoreCall::Acquire { permits, wait_ms })
            .await
    }

    /// Acquires so many permits if they are free and nobody waits.
    pub async fn try_acquire(&self, id: &str, permits: u32) -> Result<Acquired, ClientError> {
        self.acquire(id, permits, Duration::ZERO).await
    }

    /// Holds a permit for another lease, counted from now.
    pub async fn renew(&self, id: &str, permit: &Permit) -> Result<Renewed, ClientError> {
        let (fence, owner) = (permit.fence, permit.owner.clone());
        self.ask(id, SemaphoreCall::Renew { fence, owner }).await
    }

    /// Gives a permit back. Doing it twice, or too late, is harmless.
    pub async fn release(&self, id: &str, permit: &Permit) -> Result<Released, ClientError> {
        let (fence, owner) = (permit.fence, permit.owner.clone());
        self.ask(id, SemaphoreCall::Release { fence, owner }).await
    }

    /// Deletes the instance: no permit of it is held any more, and whoever waits is refused. The id can be used again
    /// at once.
    pub async fn terminate(&self, id: &str, reason: &str) -> Result<Terminated, ClientError> {
        let reason = reason.to_owned();
        self.ask(id, SemaphoreCall::Terminate { reason }).await
    }

    /// How many permits are held and waited for.
    pub async fn status(&self, id: &str) -> Result<SemaphoreStatus, ClientError> {
        self.ask(id, SemaphoreCall::Status).await
    }

    fn ask<'a, T: AnswerType>(&'a self, id: &'a str, call: SemaphoreCall) -> Reply<'a, T> {
        self.line.ask(id, Call::of(call))
    }
}

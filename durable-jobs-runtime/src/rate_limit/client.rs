//! Calls rate limiters.

use super::{Admission, DeclaredRateLimit, LimitReset, RateLimitCall, RateLimitStatus};
use crate::{
    ClientError,
    line::{Reply, client_type},
    wire::{AnswerType, Call, Terminated},
};

client_type! {
    /// Calls the instances of one rate limiter. The attribute names it `{Job}Client`; clones are cheap.
    RateLimitClient: DeclaredRateLimit
}

impl<J: DeclaredRateLimit> RateLimitClient<J> {
    /// Takes so many permits, or none of them and says when they can be had. The first call creates the instance.
    ///
    /// What was given is durable when this answers. A refusal changes nothing.
    ///
    /// # Errors
    ///
    /// [`ClientError::Validation`] for 0 permits, and for more than there can ever be at one moment.
    pub async fn acquire(&self, id: &str, permits: u32) -> Result<Admission, ClientError> {
        self.ask(id, RateLimitCall::Acquire { permits }).await
    }

    /// What [`acquire`](Self::acquire) of one permit would answer now. It takes none.
    pub async fn peek(&self, id: &str) -> Result<Admission, ClientError> {
        self.ask(id, RateLimitCall::Peek).await
    }

    /// Gives all permits back.
    pub async fn reset(&self, id: &str) -> Result<LimitReset, ClientError> {
        self.ask(id, RateLimitCall::Reset).await
    }

    /// Deletes the instance: the next one has all of its permits. The id can be used again at once.
    pub async fn terminate(&self, id: &str, reason: &str) -> Result<Terminated, ClientError> {
        let reason = reason.to_owned();
        self.ask(id, RateLimitCall::Terminate { reason }).await
    }

    /// How much of the limit is used.
    pub async fn status(&self, id: &str) -> Result<RateLimitStatus, ClientError> {
        self.ask(id, RateLimitCall::Status).await
    }

    fn ask<'a, T: AnswerType>(&'a self, id: &'a str, call: RateLimitCall) -> Reply<'a, T> {
        self.line.ask(id, Call::of(call))
    }
}

//! The way of messages from one instance to others.

use std::sync::Arc;

use super::{
    inline::Inline,
    shared::Shared,
    slot::{Input, Slot},
};
use crate::{
    ClientError, InstanceId, MaybeSend, MaybeSync,
    core::{DeliveryReport, MessageBatch, OutgoingMessage},
    jobs::Target,
    wire::{Answer, Call, MessageId, Request},
};

/// Brings a message to the instance that it is for.
pub(crate) trait MessageTransport: MaybeSend + MaybeSync {
    /// Sends `request` off and returns at once. `callback` is told once the message has had its effect there and that
    /// is durable, or why not.
    fn deliver(&self, request: Request, callback: Box<dyn DeliveryCallback>);
}

/// Waits for what becomes of a message.
pub(crate) trait DeliveryCallback: MaybeSend {
    /// Takes the answer.
    fn take(self: Box<Self>, result: Result<Answer, ClientError>);
}

/// Messages of one sender to one recipient on their way, one after the other.
pub(super) struct Delivery {
    sender: Arc<Slot>,
    batch: MessageBatch,
    /// The readable name of the sender.
    from: Arc<str>,
    target: Option<Target>,
    /// The number of the last message that has arrived.
    arrived: Option<u64>,
    out: u64,
}

impl Delivery {
    pub(super) fn new(sender: Arc<Slot>, batch: MessageBatch) -> Box<Self> {
        let target = sender.factory.targets().iter().copied();
        let target = target
            .into_iter()
            .find(|target| *target.name() == *batch.to.job);
        Box::new(Self {
            from: sender.address.name().into(),
            sender,
            batch,
            target,
            arrived: None,
            out: 0,
        })
    }

    /// Sends the next message off, or reports.
    pub(super) fn send_next(mut self: Box<Self>) {
        let Some(message) = self.batch.messages.pop_front() else {
            return self.report(None);
        };
        self.out = message.number;
        match self.request(message) {
            Ok(request) => {
                let shared: Arc<Shared> = Arc::clone(&self.sender.shared);
                shared.messages.deliver(request, self);
            }
            Err(error) => self.report(Some(error)),
        }
    }

    fn request(&self, message: OutgoingMessage) -> Result<Request, ClientError> {
        let job = message.to.job.to_string();
        let Some(target) = self.target else {
            return Err(ClientError::JobNotFound { job });
        };
        let id = InstanceId::new(&message.to.id)
            .map_err(|reason| ClientError::InvalidId { job, reason })?;
        let from = Arc::clone(&self.from);
        let message_id = MessageId::new(from, self.batch.incarnation, message.number);
        Ok(Request {
            job: target.name(),
            class: target.class(),
            id,
            call: Call::from_text(message.call),
            timeout: None,
            request: None,
            message: Some(message_id),
        })
    }

    /// Tells the sender. Where it has left memory meanwhile, its timer does.
    fn report(self, failed: Option<ClientError>) {
        let Self {
            sender,
            batch,
            arrived,
            out,
            ..
        } = self;
        let report = DeliveryReport {
            to: batch.to,
            arrived,
            failed: failed.map(|error| (out, error)),
        };
        let _ = sender.deliver(Input::Delivered(Box::new(report)));
    }
}

impl DeliveryCallback for Delivery {
    /// Whoever answers is not kept busy by what follows: an instance that gets a message is driven by a task of its own.
    fn take(mut self: Box<Self>, result: Result<Answer, ClientError>) {
        let _inline = Inline::enter();
        match result {
            Ok(_) => {
                self.arrived = Some(self.out);
                self.send_next();
            }
            Err(error) => self.report(Some(error)),
        }
    }
}

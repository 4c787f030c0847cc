//! The way of messages from one instance to others.

use std::sync::Arc;

use super::{
    inline::Inline,
    shared::Shared,
    slot::{Message, Slot},
};
use crate::{
    ClientError, InstanceId, MaybeSend, MaybeSync,
    core::{Home, Letter, Parcel},
    jobs::Target,
    wire::{Answer, Call, MessageId, Request},
};

/// Brings a message to the instance that it is for.
pub(crate) trait PostOffice: MaybeSend + MaybeSync {
    /// Sends `request` off and returns at once. `courier` is told once the message has had its effect there and that
    /// is durable, or why not.
    fn deliver(&self, request: Request, courier: Box<dyn Courier>);
}

/// Waits for what becomes of a message.
pub(crate) trait Courier: MaybeSend {
    /// Takes the answer.
    fn take(self: Box<Self>, result: Result<Answer, ClientError>);
}

/// Messages of one sender to one recipient on their way, one after the other.
pub(super) struct Errand {
    sender: Arc<Slot>,
    parcel: Parcel,
    /// The readable name of the sender.
    from: Arc<str>,
    target: Option<Target>,
    /// The number of the last message that has arrived.
    arrived: Option<u64>,
    out: u64,
}

impl Errand {
    pub(super) fn new(sender: Arc<Slot>, parcel: Parcel) -> Box<Self> {
        let target = sender.hatch.targets().iter().copied();
        let target = target
            .into_iter()
            .find(|target| *target.name() == *parcel.to.job);
        Box::new(Self {
            from: sender.address.to_string().into(),
            sender,
            parcel,
            target,
            arrived: None,
            out: 0,
        })
    }

    /// Sends the next message off, or goes home.
    pub(super) fn go_on(mut self: Box<Self>) {
        let Some(letter) = self.parcel.letters.pop_front() else {
            return self.go_home(None);
        };
        self.out = letter.number;
        match self.request(letter) {
            Ok(request) => {
                let shared: Arc<Shared> = Arc::clone(&self.sender.shared);
                shared.post_office.deliver(request, self);
            }
            Err(error) => self.go_home(Some(error)),
        }
    }

    fn request(&self, letter: Letter) -> Result<Request, ClientError> {
        let job = letter.to.job.to_string();
        let Some(target) = self.target else {
            return Err(ClientError::JobNotFound { job });
        };
        let id = InstanceId::new(&letter.to.id)
            .map_err(|reason| ClientError::InvalidId { job, reason })?;
        let from = Arc::clone(&self.from);
        let message = MessageId::new(from, self.parcel.incarnation, letter.number);
        Ok(Request {
            job: target.name(),
            class: target.class(),
            id,
            call: Call::Text(letter.call),
            timeout: None,
            request: None,
            message: Some(message),
        })
    }

    /// Tells the sender. Where it has left memory meanwhile, its timer does.
    fn go_home(self, failed: Option<ClientError>) {
        let Self {
            sender,
            parcel,
            arrived,
            out,
            ..
        } = self;
        let home = Home {
            to: parcel.to,
            arrived,
            failed: failed.map(|error| (out, error)),
        };
        let _ = sender.deliver(Message::Home(Box::new(home)));
    }
}

impl Courier for Errand {
    /// Whoever answers is not kept busy by what follows: an instance that gets mail is driven by a task of its own.
    fn take(mut self: Box<Self>, result: Result<Answer, ClientError>) {
        let _inline = Inline::enter();
        match result {
            Ok(_) => {
                self.arrived = Some(self.out);
                self.go_on();
            }
            Err(error) => self.go_home(Some(error)),
        }
    }
}

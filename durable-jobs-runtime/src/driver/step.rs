//! One step of an instance in memory: decide, commit, let go.

use std::{collections::VecDeque, sync::Arc};

use futures_channel::oneshot;

use super::{
    actor::Actor,
    release::{Link, Outgoing, Release, SharedBySlot},
    shared::Work,
    slot::{Message, Reply, Slot},
};
use crate::{
    BoxFuture,
    core::{Effect, Effects, Waiter},
    storage::{Activation, Batch, Completion, Durability, Write},
};

/// An instance in memory.
pub(super) struct Active<A: Actor> {
    pub(super) actor: A,
    activation: Activation,
    pub(super) link: Arc<Link>,
    /// In order of their waiters, which is that of their coming.
    pub(super) waiting: VecDeque<(Waiter, Reply)>,
    last_waiter: u64,
    /// The run that is out. It ends with nothing when its mark could not be kept.
    pub(super) run: Option<BoxFuture<'static, Option<A::Done>>>,
    pub(super) turns: u32,
}

impl<A: Actor> Active<A> {
    pub(super) fn new(actor: A, activation: Activation) -> Self {
        Self {
            actor,
            activation,
            link: Arc::default(),
            waiting: VecDeque::new(),
            last_waiter: 0,
            run: None,
            turns: 0,
        }
    }

    fn expect_answer(&mut self, reply: Reply) -> Waiter {
        self.last_waiter = self.last_waiter.wrapping_add(1);
        let waiter = Waiter(self.last_waiter);
        self.waiting.push_back((waiter, reply));
        waiter
    }

    /// Takes out where the answer for `waiter` goes.
    fn answered(&mut self, waiter: Waiter) -> Option<Reply> {
        let found = self
            .waiting
            .binary_search_by_key(&waiter, |(waiter, _)| *waiter);
        self.waiting.remove(found.ok()?).map(|(_, reply)| reply)
    }

    /// Begins a run: at once, or when the writes that mark it are kept.
    fn begin(&mut self, run: A::Invocation, mark: &[Write]) -> Option<oneshot::Sender<()>> {
        let handlers = self.actor.begin(run);
        if mark.is_empty() {
            self.run = Some(Box::pin(async move { Some(handlers.await) }));
            return None;
        }
        let (marked, kept) = oneshot::channel();
        self.run = Some(Box::pin(async move {
            kept.await.ok()?;
            Some(handlers.await)
        }));
        Some(marked)
    }
}

impl<A: Actor> Slot<A> {
    /// Gives the machine one message.
    pub(super) fn take(self: &Arc<Self>, active: &mut Active<A>, message: Message) {
        let moment = self.shared.moment();
        let effects = match message {
            Message::Call(call, reply) => {
                let waiter = active.expect_answer(reply);
                active.actor.call(moment, call, waiter)
            }
            Message::Alarm => active.actor.alarm(moment),
            Message::Release => active.actor.release(moment),
            Message::Look => Effects::none(),
        };
        self.apply(active, effects);
    }

    /// Gives the machine the result of a run.
    pub(super) fn finish(self: &Arc<Self>, active: &mut Active<A>, done: A::Done) {
        let effects = active.actor.finish(self.shared.moment(), done);
        self.apply(active, effects);
    }

    /// Commits what a step writes, and lets what leaves the instance wait for it.
    pub(super) fn apply(self: &Arc<Self>, active: &mut Active<A>, effects: Effects<A::Invocation>) {
        // Their size is known, and both go to another thread, where freeing more than that is dear.
        let mut writes =
            Vec::with_capacity(effects.count(|effect| matches!(effect, Effect::Write(_))));
        let mut outgoing = Outgoing {
            replies: Vec::with_capacity(
                effects.count(|effect| matches!(effect, Effect::Reply(..))),
            ),
            ..Outgoing::default()
        };
        let mut invocation = None;
        for effect in effects.0 {
            match effect {
                Effect::Write(write) => writes.push(write),
                Effect::Run(run) => invocation = Some(run),
                Effect::Abandon => active.run = None,
                Effect::Reply(waiter, result) => {
                    outgoing
                        .replies
                        .extend(active.answered(waiter).map(|to| (to, result)));
                }
                Effect::Tell(happening) => outgoing.told.push(happening),
            }
        }
        if let Some(invocation) = invocation {
            outgoing.marked = active.begin(invocation, &writes);
        }
        // What only reads may still have read what is not durable yet.
        if !writes.is_empty() || !(outgoing.is_empty() || active.link.is_quiet()) {
            self.commit(active, writes, outgoing);
        } else {
            outgoing.release(&self.shared, &self.address);
        }
    }

    fn commit(self: &Arc<Self>, active: &Active<A>, writes: Vec<Write>, outgoing: Outgoing) {
        // A mark from which nothing leaves need only outlive the process.
        let durability = match &outgoing.marked {
            Some(_) if outgoing.is_empty() => Durability::Written,
            _ => Durability::Synced,
        };
        active.link.begin();
        let release = Release {
            link: Arc::clone(&active.link),
            outgoing,
            work: Work::begin(SharedBySlot(Arc::clone(self))),
        };
        let (address, activation) = (self.address.clone(), active.activation);
        let batch = Batch {
            address,
            activation,
            writes,
            durability,
        };
        self.shared
            .port
            .commit(batch, Completion::new(Box::new(release)));
    }
}

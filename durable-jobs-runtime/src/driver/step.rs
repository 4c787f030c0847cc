//! One step of an instance in memory: decide, commit, let go.

use std::{collections::BTreeMap, sync::Arc};

use futures_channel::oneshot;

use super::{
    actor::Actor,
    release::{Link, Outgoing, Release},
    slot::{Mailbox, Message, Reply, Slot},
};
use crate::{
    BoxFuture,
    core::{Begin, Effect, Effects, Moment, Waiter},
    storage::{Activation, Batch, Completion, Durability, Write},
};

/// An instance in memory.
pub(super) struct Active<A: Actor> {
    pub(super) actor: A,
    activation: Activation,
    pub(super) link: Arc<Link>,
    pub(super) waiting: BTreeMap<Waiter, Reply>,
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
            waiting: BTreeMap::new(),
            last_waiter: 0,
            run: None,
            turns: 0,
        }
    }

    fn expect_answer(&mut self, reply: Reply) -> Waiter {
        self.last_waiter = self.last_waiter.wrapping_add(1);
        let waiter = Waiter(self.last_waiter);
        self.waiting.insert(waiter, reply);
        waiter
    }

    /// Whether nothing is on its way and nobody waits.
    pub(super) fn is_idle(&self) -> bool {
        self.link.is_quiet() && self.link.failure().is_none() && self.waiting.is_empty()
    }

    /// Begins a run: at once, or when somebody says that its mark is kept.
    fn begin(&mut self, run: A::Invocation, begin: Begin) -> Option<oneshot::Sender<()>> {
        debug_assert!(self.run.is_none(), "one handler at a time");
        let handlers = self.actor.begin(run);
        if begin == Begin::Now {
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
            Message::Release => return self.release(active, moment),
            Message::Look => Effects::none(),
        };
        self.apply(active, effects);
    }

    /// Puts back the run that is out. Whoever waits for one would wait for ever: the host stops.
    fn release(self: &Arc<Self>, active: &mut Active<A>, moment: Moment) {
        let effects = active.actor.release(moment);
        self.apply(active, effects);
        for (_, reply) in std::mem::take(&mut active.waiting) {
            let _ = reply.send(Err(
                self.unknown("the host was shut down before the run ended")
            ));
        }
    }

    /// Gives the machine the result of a run.
    pub(super) fn finish(self: &Arc<Self>, active: &mut Active<A>, done: A::Done) {
        let moment = self.shared.moment();
        let effects = active.actor.finish(moment, done);
        self.apply(active, effects);
        if self.shared.is_closed() && active.run.is_some() {
            // What begins now would keep the host from ending.
            self.release(active, moment);
        }
    }

    /// Commits what a step writes, and lets what leaves the instance wait for it.
    pub(super) fn apply(self: &Arc<Self>, active: &mut Active<A>, effects: Effects<A::Invocation>) {
        let mut writes = Vec::new();
        let mut outgoing = Outgoing::default();
        let mut invocation = None;
        for effect in effects.0 {
            match effect {
                Effect::Write(write) => writes.push(write),
                Effect::Run(run, begin) => invocation = Some((run, begin)),
                Effect::Abandon => active.run = None,
                Effect::Reply(waiter, result) => {
                    outgoing
                        .replies
                        .extend(active.waiting.remove(&waiter).map(|to| (to, result)));
                }
                Effect::Tell(happening) => outgoing.told.push(happening),
            }
        }
        if let Some((invocation, begin)) = invocation {
            outgoing.marked = active.begin(invocation, begin);
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
            slot: Arc::clone(self) as Arc<dyn Mailbox>,
            link: Arc::clone(&active.link),
            shared: Arc::clone(&self.shared),
            address: self.address.clone(),
            outgoing,
            _work: self.shared.begin_work(),
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

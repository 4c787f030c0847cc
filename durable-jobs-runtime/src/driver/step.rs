//! One step of an instance in memory: decide, commit, let go.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use super::{
    actor::{AnyActor, Run},
    answers::{Answers, Known},
    release::{Link, Outgoing, Release, RunNumber, Stored},
    runs::Runs,
    shared::{Shared, Work},
    slot::{Input, Reply, Slot},
    unknown::Unfamiliar,
};
use crate::{
    BoxFuture, Timestamp,
    core::{Attempts, Begin, Caller, Effect, Effects, Mailbox, Moment, Waiter},
    sorted::SortedMap,
    storage::{Activation, Batch, Completion, Durability, Port, Write},
    target::BoxAny,
    wire::{Call, RequestId},
};

/// An instance in memory.
pub(super) struct Active {
    pub(super) actor: Box<dyn AnyActor>,
    activation: Activation,
    pub(super) link: Arc<Link>,
    pub(super) waiting: SortedMap<Waiter, Vec<Reply>>,
    last_waiter: u64,
    pub(super) runs: Runs,
    /// That runs go on, for all but one: that is what the drive tells.
    beside: Vec<Work>,
    /// What lets the drive look again while runs are out, and when.
    pub(super) look: Option<(Timestamp, BoxFuture<'static, ()>)>,
    pub(super) turns: u32,
    answers: Answers,
    pub(super) mailbox: Mailbox,
    unfamiliar: Unfamiliar,
}

impl Active {
    pub(super) fn new(
        actor: Box<dyn AnyActor>,
        activation: Activation,
        answers: Answers,
        mailbox: Mailbox,
        unfamiliar: Unfamiliar,
    ) -> Self {
        Self {
            mailbox,
            actor,
            activation,
            link: Arc::default(),
            waiting: SortedMap::default(),
            last_waiter: 0,
            runs: Runs::default(),
            beside: Vec::new(),
            look: None,
            turns: 0,
            answers,
            unfamiliar,
        }
    }

    pub(super) fn expect_answer(&mut self, reply: Reply) -> Waiter {
        self.last_waiter = self.last_waiter.wrapping_add(1);
        let waiter = Waiter(self.last_waiter);
        self.waiting.insert(waiter, vec![reply]);
        waiter
    }

    /// Whether nothing is on its way and nobody waits.
    pub(super) fn is_idle(&self) -> bool {
        let nobody_waits = self.waiting.is_empty() && !self.mailbox.outbox.is_busy();
        let nothing_goes_on = self.link.is_quiet() && self.runs.is_empty();
        nothing_goes_on && self.link.failure().is_none() && nobody_waits
    }

    /// Whether it is kept in memory while nobody asks for it.
    pub(super) fn is_needed(&self) -> bool {
        self.actor.exists() || self.mailbox.outbox.is_busy() || !self.runs.is_empty()
    }

    /// Those for whose answers nobody waits any more.
    fn who_left(&self) -> Vec<Waiter> {
        let left = |replies: &Vec<Reply>| replies.iter().all(Reply::is_canceled);
        let waiting = self.waiting.iter();
        waiting
            .filter_map(|(waiter, replies)| left(replies).then_some(*waiter))
            .collect()
    }

    /// One more caller waits for an answer that is already waited for.
    pub(super) fn join(&mut self, waiter: Waiter, reply: Reply) {
        match self.waiting.get_mut(&waiter) {
            Some(replies) => replies.push(reply),
            None => self.waiting.insert(waiter, vec![reply]),
        }
    }

    /// Gives the machine a call whose answer is remembered.
    fn call_once(
        &mut self,
        moment: Moment,
        call: Call,
        reply: Reply,
        request: RequestId,
    ) -> Effects<Run> {
        let waits_in_memory = call.waits_in_memory();
        let waiter = self.expect_answer(reply);
        self.answers.ask(waiter, request);
        let request = Some(request);
        let mut effects = self.actor.call(moment, call, Caller { waiter, request });
        if !effects.answers(waiter) {
            self.answers.defer(waiter);
            if !waits_in_memory {
                let taken = self.answers.taken(waiter, moment.now);
                effects.list.extend(taken.map(Effect::Write));
            }
        }
        effects
    }

    /// All who wait; none of them waits any more.
    pub(super) fn dismiss(&mut self) -> impl Iterator<Item = Reply> + use<> {
        self.answers.dismiss();
        self.mailbox.inbox.dismiss();
        self.waiting.take_values().flatten()
    }

    /// Drops the runs that are out.
    fn abandon_runs(&mut self, shared: &Arc<Shared>) {
        self.runs.clear();
        self.note_end(shared);
    }

    /// Shows how many runs go on.
    pub(super) fn count_runs(&mut self, shared: &Arc<Shared>) {
        let beside = self.runs.count().saturating_sub(1);
        self.beside.resize_with(beside, || shared.begin_work());
    }

    /// Notes that a run has ended: the alarm in which it began may have been handled.
    pub(super) fn note_end(&mut self, shared: &Arc<Shared>) {
        self.count_runs(shared);
        if let (Some(gate), true) = (shared.gate(), self.runs.is_empty()) {
            gate.attempt_ended();
        }
    }

    /// Waits for what is due beside the runs that are out, if something is.
    pub(super) fn poll_look(&mut self, port: &dyn Port, cx: &mut Context<'_>) -> Poll<()> {
        let due = self.actor.due_beside_runs();
        if self.look.as_ref().map(|(at, _)| *at) != due {
            self.look = due.map(|at| (at, port.sleep(at.since(port.now()))));
        }
        let Some((_, sleep)) = &mut self.look else {
            return Poll::Pending;
        };
        sleep.as_mut().poll(cx).map(|()| self.look = None)
    }

    /// Begins a run: at once, or when its mark is stored, of which its number tells then.
    fn begin(&mut self, run: Run, begin: Begin, shared: &Shared) -> Option<RunNumber> {
        if begin == Begin::Now {
            self.runs.add(run);
            return None;
        }
        if let Some(gate) = shared.gate() {
            gate.attempt_begins();
        }
        Some(RunNumber {
            activation: self.activation,
            number: self.runs.add_unmarked(run),
        })
    }

    /// Goes on with what has waited until a step was stored.
    fn go_on(&mut self, Stored { sent, marked }: Stored) {
        if let Some(number) = sent {
            self.mailbox.outbox.is_stored(number);
        }
        if let Some(marked) = marked.filter(|run| run.activation == self.activation) {
            self.runs.begin_marked(marked.number);
        }
    }
}

impl Slot {
    /// Takes one input.
    pub(super) fn take(self: &Arc<Self>, active: &mut Active, input: Input) {
        let moment = self.moment(active);
        let effects = match input {
            Input::Call(call, reply, Some(request)) if !call.only_reads() => {
                return self.take_once(active, moment, call, reply, request);
            }
            Input::Call(call, reply, _) => {
                let waiter = active.expect_answer(reply);
                let request = None;
                active.actor.call(moment, call, Caller { waiter, request })
            }
            Input::Message(call, reply, message) => {
                return self.take_message(active, moment, call, reply, message);
            }
            Input::Delivered(report) => return self.take_delivery_report(active, moment, *report),
            Input::Stored(stored) => return active.go_on(stored),
            Input::Alarm => {
                active.mailbox.inbox.forget_expired(moment.now);
                active.actor.alarm(moment)
            }
            Input::Release => return self.release(active, moment),
            Input::Look => return self.look_who_left(active, moment),
        };
        self.apply(active, effects, moment.now);
    }

    /// Tells the machine which callers have given up, one by one: each may make room for others.
    #[inline(never)]
    fn look_who_left(self: &Arc<Self>, active: &mut Active, moment: Moment) {
        for waiter in active.who_left() {
            let effects = active.actor.left(moment, waiter);
            self.apply(active, effects, moment.now);
        }
    }

    /// Gives the machine a call, unless it is the repetition of one.
    #[inline(never)]
    fn take_once(
        self: &Arc<Self>,
        active: &mut Active,
        moment: Moment,
        call: Call,
        reply: Reply,
        request: RequestId,
    ) {
        let mut effects = Effects::none();
        match active.answers.look_up(request, moment.now) {
            Some(Known::Waiting(waiter)) => return active.join(waiter, reply),
            Some(Known::Answered(answer)) => effects.reply(active.expect_answer(reply), answer),
            Some(Known::Lost) => {
                let error = self.unknown("it was taken, and its answer was lost with the host or by a failure: look what has become of it, or make another call");
                effects.refuse(active.expect_answer(reply), error);
            }
            None => effects = active.call_once(moment, call, reply, request),
        }
        self.apply(active, effects, moment.now);
    }

    /// Puts back the runs that are out. Whoever waits for one would wait for ever: the host stops.
    #[cold]
    #[inline(never)]
    fn release(self: &Arc<Self>, active: &mut Active, moment: Moment) {
        let effects = active.actor.release(moment);
        self.apply(active, effects, moment.now);
        for reply in active.dismiss() {
            reply.send(Err(
                self.unknown("the host was shut down before the run ended")
            ));
        }
    }

    /// Gives the machine the result of a run.
    pub(super) fn finish(self: &Arc<Self>, active: &mut Active, done: BoxAny) {
        let moment = self.moment(active);
        let effects = active.actor.finish(moment, done);
        let begins = !effects.runs.is_empty();
        self.apply(active, effects, moment.now);
        active.note_end(&self.shared);
        if self.shared.is_closed() && begins {
            // What begins now would keep the host from ending.
            self.release(active, moment);
        }
    }

    /// Beside the runs that a closed host still waits for, none begins.
    fn moment(&self, active: &Active) -> Moment {
        let mut moment = self.shared.moment();
        if self.shared.is_closed() && !active.runs.is_empty() {
            moment.attempts = Attempts::AtAlarm;
        }
        moment
    }

    /// Commits what a step writes, and lets what leaves the instance wait for it.
    pub(super) fn apply(
        self: &Arc<Self>,
        active: &mut Active,
        effects: Effects<Run>,
        now: Timestamp,
    ) {
        let is_write = |effect: &Effect| matches!(effect, Effect::Write(_));
        let stores = effects.list.iter().any(is_write);
        let mut writes = Vec::with_capacity(effects.list.len());
        let mut drafts = Vec::new();
        let mut outgoing = Outgoing::default();
        for effect in effects.list {
            match effect {
                Effect::Write(mut write) => {
                    let migrated = active.unfamiliar.keep(&mut write, &*active.actor);
                    outgoing.told.extend(migrated);
                    writes.push(write);
                }
                Effect::Abandon => active.abandon_runs(&self.shared),
                Effect::Reply(waiter, result) => {
                    writes.extend(active.answers.settle(waiter, &result, stores, now));
                    let accepted = result.is_ok();
                    active.mailbox.inbox.settle(waiter, accepted, stores, now);
                    outgoing.answer(active.waiting.remove(&waiter), result);
                }
                Effect::Tell(happening) => outgoing.told.push(happening),
                Effect::Send(draft) => drafts.push(draft),
            }
        }
        if !drafts.is_empty() {
            let (look_at, entropy) = (self.look_after_messages_at(now), self.shared.port.entropy());
            outgoing.stored.sent = active.mailbox.send(drafts, now, look_at, entropy);
        }
        active
            .mailbox
            .seal(&mut writes, active.actor.wakes_at(), now);
        let begun = effects.runs.into_iter();
        outgoing.stored.marked = begun
            .filter_map(|(run, begin)| active.begin(run, begin, &self.shared))
            .last();
        active.count_runs(&self.shared);
        // What only reads may still have read what is not durable yet.
        if !writes.is_empty() || !(outgoing.is_empty() || active.link.is_settled()) {
            self.commit(active, writes, outgoing);
        } else {
            outgoing.release(&self.shared, &self.address);
        }
    }

    fn commit(self: &Arc<Self>, active: &Active, writes: Vec<Write>, outgoing: Outgoing) {
        // A mark from which nothing leaves need only outlive the process.
        let durability = match outgoing.stored.marked {
            Some(_) if outgoing.is_empty() => Durability::Written,
            _ => Durability::Synced,
        };
        active.link.begin();
        let release = Release {
            slot: Arc::clone(self),
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

//! The drive of an instance: takes inputs and results one by one until nothing is left to do.
//!
//! What happens seldom is kept out of line, here and in [`step`](super::step): a Worker compiles a function when it is
//! called first, and all of it.

use std::{
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use super::{
    actor::ActorContext,
    alarm::Messages,
    answers::Answers,
    guard::caught,
    inline::Inline,
    release::failed,
    shared::{Shared, Work, lock, observe},
    slot::{Input, Slot, Stage},
    step::Active,
    unknown::Unfamiliar,
};
use crate::{
    BoxFuture, ClientError, JobError, StorageError, Timestamp, core::Mailbox, target::BoxAny,
    telemetry::Happening, time::whole_millis,
};

/// Turns after which a drive lets others have the thread.
const TURNS_AT_A_TIME: u32 = 64;

/// What has cut an attempt off, as far as the host knows when it starts.
const CUT_OFF: &str = "the attempt was cut off by a crash or a restart";

/// How long after a failed commit an instance is woken to try again what is due.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// A handler that takes its thread for longer holds up others.
const BLOCKED_AFTER: Duration = Duration::from_secs(1);

/// What a drive does next.
enum Turn {
    Take(Input),
    Finish(BoxAny),
    Rest,
    Lose(Loss),
}

/// Why what is in memory is given up.
enum Loss {
    /// A commit has failed, so the store is behind.
    Commit(StorageError),
    /// User code has panicked where no attempt catches it: in the (de)serialisation of a value, or in
    /// its drop. What the panic has left is not looked at again.
    Panic(JobError),
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(error) => write!(f, "a step could not be stored: {error}"),
            Self::Panic(panic) => write!(f, "outside of a handler: {panic}"),
        }
    }
}

/// Why an instance cannot be taken into memory.
struct Refusal {
    error: ClientError,
    again: Again,
}

/// Whether an instance that could not be taken into memory is woken again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Later,
    Never,
}

impl Slot {
    /// Drives as far as it goes without waiting, on the thread of the caller: most steps end there, and
    /// need no task. The rest becomes a task of the host, and so does the drive of an instance that a
    /// handler calls: the handler's stack has an end.
    pub(super) fn begin_drive(self: Arc<Self>, resting: Option<Box<Active>>) {
        let port = Arc::clone(&self.shared.port);
        // Made here, because a drive that is dropped before its first poll must leave nobody waiting, too.
        let unfinished = Unfinished {
            slot: Some(Arc::clone(&self)),
            shared: Arc::clone(&self.shared),
            _work: self.shared.begin_work(),
        };
        let mut drive: BoxFuture<'static, ()> = Box::pin(self.drive(resting, unfinished));
        let Some(_inline) = Inline::begin() else {
            return port.spawn(drive);
        };
        if drive
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
        {
            port.spawn(drive);
        }
    }

    /// Empties the mailbox, then rests.
    async fn drive(self: Arc<Self>, mut resting: Option<Box<Active>>, mut unfinished: Unfinished) {
        loop {
            let active = match resting.take() {
                Some(active) => Ok(active),
                None => self.activate().await,
            };
            match active {
                Ok(active) => match self.drive_active(active).await {
                    Ok(()) => break,
                    Err(loss) => self.recover(&loss),
                },
                Err(Refusal { error, again }) => {
                    self.refuse_queued(&error);
                    if again == Again::Later {
                        self.wake_after_failure();
                    }
                }
            }
            if self.fall_asleep() {
                break;
            }
        }
        unfinished.slot = None;
    }

    /// Takes turns until nothing is left to do, or what is in memory is lost.
    async fn drive_active(self: &Arc<Self>, mut active: Box<Active>) -> Result<(), Loss> {
        loop {
            let turn = poll_fn(|cx| self.next_turn(&mut active, cx)).await;
            let taken = match turn {
                Turn::Take(message) => caught(|| self.take(&mut active, message)),
                Turn::Finish(done) => caught(|| self.finish(&mut active, done)),
                Turn::Rest => match self.rest(active) {
                    Some(back) => {
                        active = back;
                        continue;
                    }
                    None => return Ok(()),
                },
                Turn::Lose(loss) => return Err(self.give_up(active, loss).await),
            };
            if let Err(panic) = taken {
                return Err(self.give_up(active, Loss::Panic(panic)).await);
            }
            self.send_messages(&mut active);
        }
    }

    /// Tells whoever waits for a run that it is gone; whoever waits for a commit is told by that commit.
    #[cold]
    #[inline(never)]
    fn give_up(&self, mut active: Box<Active>, loss: Loss) -> BoxFuture<'_, Loss> {
        Box::pin(async move {
            for reply in active.dismiss() {
                reply.send(Err(self.unknown(&loss)));
            }
            active.link.quiet().await;
            if let Some(gate) = self.shared.gate() {
                gate.note_messages(Messages::None);
            }
            // The user's values may panic when they are dropped, too.
            let _ = caught(|| drop(active));
            loss
        })
    }

    /// Goes on from the store. After a failed commit only later: the store may still be unable.
    #[cold]
    #[inline(never)]
    fn recover(self: &Arc<Self>, loss: &Loss) {
        lock(&self.inputs).loss = Some(loss.to_string().into());
        match loss {
            Loss::Commit(error) => {
                self.refuse_queued(&failed(&self.address, error));
                self.wake_after_failure();
            }
            Loss::Panic(_) => lock(&self.inputs).queue.push_back(Input::Alarm),
        }
    }

    fn next_turn(&self, active: &mut Active, cx: &mut Context<'_>) -> Poll<Turn> {
        if let Some(error) = active.link.failure() {
            return Poll::Ready(Turn::Lose(Loss::Commit(error)));
        }
        if active.runs.are_polled() {
            if let Poll::Ready(turn) = self.poll_runs(active, cx) {
                return Poll::Ready(turn);
            }
        } else {
            active.look = None;
        }
        active.turns = active.turns.wrapping_add(1);
        if active.turns.is_multiple_of(TURNS_AT_A_TIME) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.next_input(active, cx)
    }

    /// Looks whether a run has ended, or something is due beside those that are out.
    #[inline(never)]
    fn poll_runs(&self, active: &mut Active, cx: &mut Context<'_>) -> Poll<Turn> {
        if let Poll::Ready(turn) = self.poll_ended(active, cx) {
            return Poll::Ready(turn);
        }
        self.poll_look(active, cx)
            .map(|()| Turn::Take(Input::Alarm))
    }

    fn poll_ended(&self, active: &mut Active, cx: &mut Context<'_>) -> Poll<Turn> {
        // Clocks of Workers stand still while code computes: there is nothing to be seen by them.
        let begun = (!cfg!(target_family = "wasm")).then(|| self.shared.port.now());
        let polled = caught(|| {
            let _inline = Inline::enter();
            active.runs.poll_ended(cx)
        });
        if let Some(begun) = begun {
            self.tell_if_blocked(begun);
        }
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(done)) => {
                active.count_runs(&self.shared);
                Poll::Ready(Turn::Finish(done))
            }
            Err(panic) => Poll::Ready(Turn::Lose(Loss::Panic(panic))),
        }
    }

    /// Tells when handlers have kept the thread since then.
    fn tell_if_blocked(&self, begun: Timestamp) {
        let port = &*self.shared.port;
        let blocked = port.now().since(begun);
        if blocked >= BLOCKED_AFTER {
            let blocked_ms = whole_millis(blocked);
            observe(port, &self.address, Happening::Blocked { blocked_ms });
        }
    }

    /// Waits for what is due beside the runs that are out. Nothing begins beside them where attempts begin at alarms,
    /// or when the host ends.
    fn poll_look(&self, active: &mut Active, cx: &mut Context<'_>) -> Poll<()> {
        if self.shared.gate().is_some() || self.shared.is_closed() {
            active.look = None;
            return Poll::Pending;
        }
        active.poll_look(&*self.shared.port, cx)
    }

    fn next_input(&self, active: &Active, cx: &mut Context<'_>) -> Poll<Turn> {
        let mut inputs = lock(&self.inputs);
        if inputs
            .queue
            .front()
            .is_some_and(|input| self.needs_a_task(input))
        {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match inputs.queue.pop_front() {
            Some(input) => Poll::Ready(Turn::Take(input)),
            None if self.may_rest(active) => Poll::Ready(Turn::Rest),
            None => {
                inputs.stage = Stage::Driven(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }

    /// Whether the drive is to become a task first: a run that begins now may block its thread, and that of whoever
    /// has woken the instance wakes others, too. In the alarm of an object there is nobody else.
    fn needs_a_task(&self, input: &Input) -> bool {
        input.begins_runs() && Inline::is_on() && self.shared.gate().is_none()
    }

    /// Whether nothing is to be driven. Of a mark that is stored the instance is told wherever it is; but an alarm in
    /// which an attempt is to begin is not over.
    fn may_rest(&self, active: &Active) -> bool {
        let keeps_its_alarm = self.shared.gate().is_some() && !active.runs.is_empty();
        !(active.runs.are_polled() || keeps_its_alarm)
    }

    async fn activate(self: &Arc<Self>) -> Result<Box<Active>, Refusal> {
        let port = &self.shared.port;
        let loaded = port.load(&self.address).await.map_err(|error| Refusal {
            error: failed(&self.address, &error),
            again: Again::Later,
        })?;
        let loss = lock(&self.inputs).loss.take();
        let loss = loss.or_else(|| self.shared.take_interruption());
        let moment = self.shared.moment();
        let look_at = self.look_after_messages_at(moment.now);
        let (mailbox, stored) = Mailbox::restore(loaded.stored, look_at);
        let context = ActorContext {
            address: self.address.clone(),
            env: Arc::new(()),
            port: Arc::clone(port),
            interrupted_by: loss.unwrap_or_else(|| CUT_OFF.into()),
            log: None,
            waiting_messages: mailbox.outbox.waiting(),
        };
        let unfamiliar = Unfamiliar::of(stored.as_ref());
        let restored = caught(|| self.factory.restore(context, stored, moment));
        let (actor, effects) = restored
            .unwrap_or_else(|panic| Err(self.unknown(&panic)))
            .map_err(|error| Refusal {
                error,
                again: Again::Never,
            })?;
        let answers = Answers::restore(loaded.answers);
        let activation = self.shared.next_activation();
        let mut active = Box::new(Active::new(actor, activation, answers, mailbox, unfamiliar));
        self.apply(&mut active, effects, moment.now);
        self.send_messages(&mut active);
        Ok(active)
    }

    /// The host took the wake-up as delivered, but what it led to was not kept.
    #[cold]
    #[inline(never)]
    fn wake_after_failure(self: &Arc<Self>) {
        if self.shared.is_closed() || std::mem::replace(&mut lock(&self.inputs).wakes_later, true) {
            return;
        }
        let (slot, port) = (Arc::clone(self), Arc::clone(&self.shared.port));
        let later = port.sleep(PAUSE_AFTER_FAILURE);
        port.spawn(Box::pin(async move {
            later.await;
            lock(&slot.inputs).wakes_later = false;
            let _ = slot.deliver(Input::Alarm);
        }));
    }
}

/// A drive that is dropped before its end, because the host stops, leaves nobody waiting.
struct Unfinished {
    slot: Option<Arc<Slot>>,
    shared: Arc<Shared>,
    _work: Work,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(gate) = self.shared.gate() {
            gate.at_rest();
        }
        if let Some(slot) = &self.slot {
            let mut inputs = lock(&slot.inputs);
            inputs.stage = Stage::Retired;
            let queue = std::mem::take(&mut inputs.queue);
            drop(inputs);
            drop(queue);
        }
    }
}

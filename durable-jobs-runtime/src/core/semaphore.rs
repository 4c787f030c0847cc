//! The decisions of a semaphore.
//!
//! What is held is what the rows of permits say: there is no counter. Whoever waits stands in one line, and only its
//! head is served.

mod calls;
mod held;
mod line;

use self::{held::HeldPermits, line::Line};
use super::{
    Caller, Effect, Moment, Waiter,
    existence::{Existence, decode},
};
use crate::{
    Address, ClientError, Timestamp,
    driver::Plain,
    json::{self, WriteJson, json_fields},
    semaphore::{Acquired, SemaphoreCall, SemaphoreSpec},
    storage::{Collection, InstanceRow, ItemRow, Stored, Write},
    wire::{Answer, Call, Status},
};

type Out = super::Effects<std::convert::Infallible>;

/// Decides for one instance of a semaphore.
#[derive(Debug)]
pub(crate) struct Machine {
    spec: &'static SemaphoreSpec,
    address: Address,
    living: Option<Living>,
}

#[derive(Debug)]
struct Living {
    existence: Existence,
    /// The number of the last grant.
    fence: u64,
    held: HeldPermits,
    line: Line,
    /// What the row says, if there is one: a step that changes none of it need not write it.
    shown: Option<Shown>,
}

/// What the row of an instance says besides its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    status: Status,
    wake_at: Option<Timestamp>,
    fence: u64,
}

/// What is stored of an instance in its own row.
#[derive(Debug)]
struct Record {
    created_at: Timestamp,
    fence: u64,
}
json_fields!(Record { created_at, fence });

impl Plain for Machine {
    type Spec = SemaphoreSpec;

    fn read_call(text: &str) -> serde_json::Result<Option<Call>> {
        Call::read::<SemaphoreCall>(text)
    }

    fn restore(
        spec: &'static SemaphoreSpec,
        address: Address,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Out), ClientError> {
        let living = stored.map(|stored| Living::restore(&address, &stored, moment.now));
        let mut machine = Self {
            spec,
            address,
            living: living.transpose()?,
        };
        let mut out = Out::none();
        machine.advance(moment, &mut out);
        machine.save(moment.now, &mut out);
        Ok((machine, out))
    }

    fn call(&mut self, moment: Moment, call: Call, caller: Caller) -> Out {
        let mut out = Out::none();
        let Some(call) = call.take::<SemaphoreCall>() else {
            return Out::refusal(caller.waiter, self.address.wrong_kind());
        };
        if let SemaphoreCall::Status = call {
            out.reply(caller.waiter, Answer::of(self.status(moment.now)));
            return out;
        }
        self.advance(moment, &mut out);
        match call {
            SemaphoreCall::Acquire { permits, wait_ms } => {
                self.acquire(permits, wait_ms, caller, moment, &mut out);
            }
            SemaphoreCall::Renew { fence, owner } => {
                let renewed = self.renew(fence, &owner, moment.now, &mut out);
                out.reply(caller.waiter, Answer::of(renewed));
            }
            SemaphoreCall::Release { fence, owner } => {
                let released = self.release_permit(fence, &owner, moment, &mut out);
                out.reply(caller.waiter, Answer::of(released));
            }
            SemaphoreCall::Terminate { reason } => {
                self.terminate(reason, caller.waiter, &mut out);
            }
            SemaphoreCall::Status => {}
        }
        self.save(moment.now, &mut out);
        out
    }

    fn alarm(&mut self, moment: Moment) -> Out {
        let mut out = Out::none();
        self.advance(moment, &mut out);
        self.save(moment.now, &mut out);
        out
    }

    fn left(&mut self, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        if let Some(living) = &mut self.living {
            living.line.left(waiter, moment.now);
            // What is known of this call ends here: its repetition is a call that finds its place.
            out.refuse(waiter, self.unknown("its caller has left"));
        }
        self.advance(moment, &mut out);
        self.save(moment.now, &mut out);
        out
    }

    fn release(&mut self, _moment: Moment) -> Out {
        let mut out = Out::none();
        let waiting = self.living.iter_mut().flat_map(|living| living.line.part());
        for waiter in waiting.collect::<Vec<_>>() {
            let (job, id) = self.names();
            out.refuse(waiter, ClientError::ShuttingDown { job, id });
        }
        out
    }

    fn exists(&self) -> bool {
        self.living.is_some()
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        self.living.as_ref()?.shown?.wake_at
    }
}

impl Machine {
    /// Does what time has made due: whoever is first is served, then those whose time is over leave, and so on.
    fn advance(&mut self, moment: Moment, out: &mut Out) {
        let Some(living) = &mut self.living else {
            return;
        };
        let now = moment.now;
        living.held.distrust_the_clock(now, out);
        living.line.distrust_the_clock(now, out);
        // Those whose time was over before now are not served any more, however late this step is.
        let mut over = living.line.leave(|until| until < now, out);
        living.serve(self.spec, moment, out);
        over.extend(living.line.leave(|until| until <= now, out));
        living.serve(self.spec, moment, out);
        for waiter in over {
            let (created, permit) = (false, None);
            out.reply(waiter, Answer::of(Acquired { created, permit }));
        }
    }

    /// Writes the instance's row, if something of it has changed. That time has passed changes nothing by itself.
    fn save(&mut self, now: Timestamp, out: &mut Out) {
        let Some(living) = &mut self.living else {
            return;
        };
        let shown = living.shows(now);
        let is_write = |effect: &Effect| matches!(effect, Effect::Write(_));
        let timeless = |shown: Shown| (shown.wake_at, shown.fence);
        if living.shown.map(timeless) != Some(timeless(shown)) || out.list.iter().any(is_write) {
            living.held.forget_expired(now, out);
            if living.shown != Some(shown) {
                living.shown = Some(shown);
                out.save(living.row(shown, now));
            }
        }
    }

    fn names(&self) -> (String, String) {
        let Address { job, id, .. } = &self.address;
        ((*job).to_owned(), id.as_str().to_owned())
    }

    fn unknown(&self, reason: &str) -> ClientError {
        let (job, id) = self.names();
        ClientError::OutcomeUnknown {
            job,
            id,
            request: None,
            reason: reason.to_owned(),
        }
    }
}

impl Living {
    fn restore(address: &Address, stored: &Stored, now: Timestamp) -> Result<Self, ClientError> {
        let row = &stored.row;
        let Record { created_at, fence } = decode(address, &row.record)?;
        let incarnation = row.incarnation;
        Ok(Self {
            existence: Existence {
                incarnation,
                created_at,
            },
            fence,
            held: HeldPermits::restore(&stored.items),
            line: Line::restore(&stored.items, now),
            shown: Some(Shown {
                status: row.status,
                wake_at: row.wake_at,
                fence,
            }),
        })
    }

    fn status(&self, now: Timestamp) -> Status {
        match self.held.count(now) == 0 && self.line.is_empty() {
            true => Status::Idle,
            false => Status::Active,
        }
    }

    /// Only who waits needs to be woken for: everything else is seen by the next call.
    fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        let leaves = self.line.first_leaves_at()?;
        let returns = self.held.first_expires_at(now);
        Some(returns.map_or(leaves, |returns| returns.min(leaves)))
    }

    fn shows(&self, now: Timestamp) -> Shown {
        Shown {
            status: self.status(now),
            wake_at: self.wake_at(now),
            fence: self.fence,
        }
    }

    fn row(&self, shown: Shown, now: Timestamp) -> InstanceRow {
        let record = Record {
            created_at: self.existence.created_at,
            fence: shown.fence,
        };
        self.existence
            .row(shown.status, shown.wake_at, &record, now)
    }
}

/// A row of a collection that is written.
fn put(collection: Collection, number: u64, value: &dyn WriteJson) -> Write {
    let value = json::write(value).into();
    Write::PutItem(ItemRow {
        collection,
        number,
        value,
    })
}

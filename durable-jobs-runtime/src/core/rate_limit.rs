//! The decisions of a rate limiter.

mod fixed_window;
mod level;
mod sliding_window;
mod token_bucket;

use self::level::{Level, Limit};
use super::{
    Caller, Moment,
    existence::{Existence, decode, never_granted, terminated},
};
use crate::{
    Address, ClientError, Timestamp,
    driver::Plain,
    json::{Object, WriteJson, json_fields, key},
    rate_limit::{Admission, LimitReset, RateLimitCall, RateLimitSpec, RateLimitStatus},
    storage::{Stored, Write},
    telemetry::Happening,
    wire::{Answer, Call, Status},
};

type Out = super::Effects<std::convert::Infallible>;

/// Decides for one instance of a rate limiter.
#[derive(Debug)]
pub(crate) struct Machine {
    limit: Limit,
    address: Address,
    living: Option<Living>,
}

#[derive(Debug)]
struct Living {
    existence: Existence,
    level: Level,
}

/// What is stored of an instance.
#[derive(Debug)]
struct Record {
    created_at: Timestamp,
    level: Level,
}
json_fields!(Record { created_at, level });

impl Plain for Machine {
    type Spec = RateLimitSpec;

    fn read_call(text: &str) -> serde_json::Result<Option<Call>> {
        Call::read::<RateLimitCall>(text)
    }

    fn restore(
        spec: &'static RateLimitSpec,
        address: Address,
        stored: Option<Stored>,
        _moment: Moment,
    ) -> Result<(Self, Out), ClientError> {
        let limit = Limit::of(spec);
        let living = match stored {
            Some(Stored { row, .. }) => {
                let Record { created_at, level } = decode(&address, &row.record)?;
                let incarnation = row.incarnation;
                Some(Living {
                    existence: Existence {
                        incarnation,
                        created_at,
                    },
                    level: level.under(&limit),
                })
            }
            None => None,
        };
        let machine = Self {
            limit,
            address,
            living,
        };
        Ok((machine, Out::none()))
    }

    fn call(&mut self, moment: Moment, call: Call, caller: Caller) -> Out {
        let mut out = Out::none();
        let Some(call) = call.take::<RateLimitCall>() else {
            return Out::refusal(caller.waiter, self.address.wrong_kind());
        };
        let answer = match call {
            RateLimitCall::Acquire { permits } => {
                match never_granted(&self.address, permits, self.limit.burst) {
                    Some(error) => return Out::refusal(caller.waiter, error),
                    None => Answer::of(self.acquire(permits, moment, &mut out)),
                }
            }
            RateLimitCall::Peek => Answer::of(self.peek(moment.now)),
            RateLimitCall::Reset => Answer::of(self.reset(moment.now, &mut out)),
            RateLimitCall::Terminate { reason } => self.terminate(reason, &mut out),
            RateLimitCall::Status => Answer::of(self.status(moment.now)),
        };
        out.reply(caller.waiter, answer);
        out
    }

    fn exists(&self) -> bool {
        self.living.is_some()
    }
}

impl Machine {
    /// Takes permits, if there are so many. A refusal writes nothing, unless the clock has stepped back.
    fn acquire(&mut self, permits: u32, moment: Moment, out: &mut Out) -> Admission {
        let (limit, now) = (self.limit, moment.now);
        let created = self.living.is_none();
        let living = self.living.get_or_insert_with(|| Living {
            existence: Existence::begin(moment),
            level: Level::full(&limit),
        });
        let was_ahead = living.level.settle(&limit, now);
        let wait = living.level.wait_for(&limit, permits, now);
        if wait.is_zero() {
            living.level.take(&limit, permits, now);
        }
        if wait.is_zero() || was_ahead {
            out.save(living.row(now));
        }
        if created {
            out.tell(Happening::Started);
        }
        Admission {
            created,
            ..living.level.admission(&limit, wait, now)
        }
    }

    /// What an acquire of one permit would be answered.
    fn peek(&self, now: Timestamp) -> Admission {
        let level = self.level_at(now);
        let wait = level.wait_for(&self.limit, 1, now);
        level.admission(&self.limit, wait, now)
    }

    /// The level as the clock shows it.
    fn level_at(&self, now: Timestamp) -> Level {
        let stored = self.living.as_ref().map(|living| living.level.clone());
        let mut level = stored.unwrap_or_else(|| Level::full(&self.limit));
        level.settle(&self.limit, now);
        level
    }

    fn reset(&mut self, now: Timestamp, out: &mut Out) -> LimitReset {
        let Some(living) = &mut self.living else {
            return LimitReset { reset: false };
        };
        living.level = Level::full(&self.limit);
        out.save(living.row(now));
        LimitReset { reset: true }
    }

    fn terminate(&mut self, reason: String, out: &mut Out) -> Answer {
        let terminated = terminated(self.living.take().is_some(), reason);
        if terminated.terminated {
            let reason = terminated.reason.clone();
            let run_count = 0;
            out.write(Write::Erase);
            out.tell(Happening::Terminated { reason, run_count });
        }
        Answer::of(terminated)
    }

    fn status(&self, now: Timestamp) -> RateLimitStatus {
        let existence = self.living.as_ref().map(|living| living.existence);
        let level = self.level_at(now);
        RateLimitStatus {
            status: match existence {
                Some(_) => Status::Active,
                None => Status::NotFound,
            },
            created_at: existence.map(|existence| existence.created_at),
            permits: self.limit.burst,
            remaining: level.available(&self.limit, now),
            reset_at: level.reset_at(&self.limit, now),
        }
    }
}

impl Living {
    fn row(&self, now: Timestamp) -> crate::storage::InstanceRow {
        self.existence.row(Status::Active, None, self, now)
    }
}

/// As a [`Record`].
impl WriteJson for Living {
    fn write_json(&self, out: &mut Vec<u8>) {
        let mut record = Object::begin(out);
        record.put(key!("created_at"), &self.existence.created_at);
        record.put(key!("level"), &self.level);
        record.end();
    }
}

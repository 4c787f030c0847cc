//! How the events of a task are handled.

use std::sync::Arc;

use super::{HandlerOutput, Handling, Invocation, Machine, NewLife, Out, QueuedEvent, Record};
use crate::{
    ClientError, Incarnation,
    core::{Attempts, Life, Living, Moment, StateChange},
    hex,
    task::PendingTimers,
    telemetry::Happening,
};

/// How the handling of an event ended.
#[derive(Debug)]
pub(crate) enum EventFinished {
    /// It was accepted.
    Ok(HandlerOutput),
    /// It was refused; the output is what `on_error` left.
    Refused {
        reason: String,
        output: Option<HandlerOutput>,
    },
    /// The event does not decode, and nothing was done.
    Invalid {
        field: Option<String>,
        reason: String,
    },
    /// The stored state does not decode.
    Undecodable {
        field: Option<String>,
        error: Arc<str>,
    },
}

impl Machine {
    pub(super) fn is_duplicate(&mut self, event: &QueuedEvent, moment: Moment) -> bool {
        event
            .event_id
            .as_deref()
            .is_some_and(|id| self.event_ids.knows(id, moment.now))
    }

    pub(super) fn handle_event(&mut self, event: QueuedEvent, moment: Moment, out: &mut Out) {
        let QueuedEvent {
            event,
            event_id,
            waiter,
        } = event;
        let life = self.life().map_or(
            NewLife {
                incarnation: Incarnation(moment.entropy),
                created_at: moment.now,
            },
            |life| NewLife {
                incarnation: life.incarnation,
                created_at: life.created_at,
            },
        );
        let name = match &event_id {
            Some(event_id) => format!("event-{event_id}"),
            None => format!("event-{}", hex::digits(moment.entropy.rotate_left(32))),
        };
        self.handling = Some(Handling {
            life,
            event_id,
            waiter,
        });
        out.run_now(Invocation::Event { event, name, life });
    }

    /// Takes the result of `on_event`, unless the instance was terminated meanwhile.
    pub(crate) fn finish_event(&mut self, moment: Moment, finished: EventFinished) -> Out {
        let mut out = Out::none();
        if let Some(handling) = self.handling.take() {
            match finished {
                EventFinished::Ok(output) => self.accept(handling, output, moment, &mut out),
                EventFinished::Refused { reason, output } => {
                    self.refuse(handling, reason, output, moment, &mut out);
                }
                EventFinished::Invalid { field, reason } => {
                    let (job, id) = self.names();
                    out.refuse(
                        handling.waiter,
                        ClientError::Validation {
                            job,
                            id,
                            field,
                            reason,
                        },
                    );
                }
                EventFinished::Undecodable { field, error } => {
                    self.park(Arc::clone(&error), StateChange::Unchanged, moment, &mut out);
                    let (job, id) = self.names();
                    let reason = error.to_string();
                    out.refuse(
                        handling.waiter,
                        ClientError::Validation {
                            job,
                            id,
                            field,
                            reason,
                        },
                    );
                }
            }
        }
        self.take_next_step(moment, &mut out);
        out
    }

    fn accept(&mut self, handling: Handling, output: HandlerOutput, moment: Moment, out: &mut Out) {
        let created = self.living.is_none();
        if let Some(reason) = output.terminate {
            out.extend(output.emitted);
            if !created {
                self.erase(&reason, out);
            }
            return out.reply(handling.waiter, self.sent(created, false));
        }
        let living = self
            .living
            .get_or_insert_with(|| new_living(&handling.life));
        living.record.event_count = living.record.event_count.saturating_add(1);
        if created {
            out.tell(Happening::Started);
        }
        let change = self.apply(output, moment, out);
        self.save(moment, change, out);
        self.remember(handling.event_id, moment, out);
        out.reply(handling.waiter, self.sent(created, false));
    }

    fn remember(&mut self, event_id: Option<Arc<str>>, moment: Moment, out: &mut Out) {
        if let Some(id) = event_id {
            let expires_at = moment.now + self.spec.dedup_window;
            self.event_ids
                .remember(&id, expires_at, moment.now, |write| out.write(write));
        }
    }

    /// The caller gets the error; the event is neither stored nor counted. What `on_error` changed is kept.
    fn refuse(
        &mut self,
        handling: Handling,
        reason: String,
        output: Option<HandlerOutput>,
        moment: Moment,
        out: &mut Out,
    ) {
        if let Some(output) = output
            && self.living.is_some()
        {
            match output.terminate.clone() {
                Some(reason) => {
                    out.extend(output.emitted);
                    self.erase(&reason, out);
                }
                None => {
                    let change = self.apply(output, moment, out);
                    self.save(moment, change, out);
                }
            }
        }
        let (job, id) = self.names();
        out.refuse(handling.waiter, ClientError::Rejected { job, id, reason });
    }
}

/// An instance that its first event begins. Version 0 is never written: the state differs from any.
fn new_living(life: &NewLife) -> Living<Record> {
    let begun = Moment {
        now: life.created_at,
        entropy: life.incarnation.0,
        attempts: Attempts::AtAlarm,
    };
    let record = Record {
        life: Life::new(begun),
        event_count: 0,
        execute_count: 0,
        timers: PendingTimers::default(),
        firing: None,
    };
    Living {
        record,
        state: "null".into(),
        state_version: 0,
    }
}

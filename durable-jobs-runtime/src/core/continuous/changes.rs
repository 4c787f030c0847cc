//! New states that callers bring.

use std::sync::Arc;

use super::{Asker, Machine, Out, Record, Wishes, stops::SHOULD_STOP};
use crate::{
    ClientError,
    continuous::{StateSet, Then},
    core::{Attempts, Living, Moment, Phase, StateChange, Waiter, Wake},
    wire::Answer,
};

/// A state that a caller brings.
#[derive(Clone, Debug)]
pub(crate) struct NewState {
    pub(crate) json: Arc<str>,
    pub(crate) wishes: Wishes,
    /// The revision that it was made from; any, if there is none.
    pub(crate) expected: Option<u64>,
    pub(crate) then: Then,
}

impl Machine {
    /// Takes a state, at once or after the run that is out: its end would put it aside.
    pub(super) fn set_state(
        &mut self,
        moment: Moment,
        state: NewState,
        waiter: Waiter,
        out: &mut Out,
    ) {
        match &self.living {
            Some(living) if living.record.stop_reason.is_none() => {
                if living.record.life.is_running() {
                    return self.new_states.push((state, waiter));
                }
                if state
                    .expected
                    .is_some_and(|expected| expected != living.revision())
                {
                    return out.refuse(waiter, self.state_has_changed());
                }
                self.take_new_state(moment, state, waiter, out);
            }
            _ => self.answer_not_set(waiter, out),
        }
    }

    fn take_new_state(&mut self, moment: Moment, state: NewState, waiter: Waiter, out: &mut Out) {
        let NewState {
            json, wishes, then, ..
        } = state;
        let version = self.spec.version;
        let Some(living) = &mut self.living else {
            return;
        };
        let change = living.change_state(json, version);
        living.record.keep_interval(wishes.interval);
        let runs = living.record.life.phase == Phase::Active && then == Then::Trigger;
        if matches!(change, StateChange::Changed) || runs || wishes.stop {
            self.save(moment, change, out);
        }
        if runs {
            self.waiting_next.push(Asker::SetState(waiter));
        }
        if wishes.stop {
            self.begin_stop(SHOULD_STOP.into(), moment, out);
        } else if runs {
            self.run_soon(moment, out);
        }
        if !runs {
            self.answer(Asker::SetState(waiter), None, out);
        }
    }

    /// Runs now; where attempts begin at the alarm only, then.
    pub(super) fn run_soon(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        if moment.attempts == Attempts::Now && !record.life.is_running() {
            return self.run_now(moment, out);
        }
        if record.life.timers.get(Wake::Trigger).is_none() {
            record.life.timers.set(Wake::Trigger, moment.now);
            self.save(moment, StateChange::Unchanged, out);
        }
    }

    /// Takes the states that waited for the end of a run, in the order in which they came.
    pub(super) fn take_new_states(&mut self, moment: Moment, out: &mut Out) {
        for (state, waiter) in std::mem::take(&mut self.new_states) {
            self.set_state(moment, state, waiter, out);
        }
    }

    /// Answers those whose states come too late: the life has ended.
    pub(super) fn refuse_new_states(&mut self, out: &mut Out) {
        for (_, waiter) in std::mem::take(&mut self.new_states) {
            self.answer_not_set(waiter, out);
        }
    }

    fn answer_not_set(&self, waiter: Waiter, out: &mut Out) {
        let answer = StateSet {
            updated: false,
            status: self.status(),
            outcome: None,
        };
        out.reply(waiter, Answer::of(answer));
    }

    fn state_has_changed(&self) -> ClientError {
        ClientError::StateChanged {
            job: self.address.job.to_owned(),
            id: self.address.id.as_str().to_owned(),
        }
    }
}

impl Living<Record> {
    /// Keeps a new state, and counts whether it differs from the old one.
    pub(super) fn change_state(&mut self, state: Arc<str>, version: u32) -> StateChange {
        let change = self.take_state(state, version);
        if matches!(change, StateChange::Changed) {
            self.record.changes = self.record.changes.saturating_add(1);
        }
        change
    }

    /// Names the state as it is. No two lives share one: their incarnations are random.
    pub(super) fn revision(&self) -> u64 {
        let incarnation = self.record.life.incarnation.0;
        incarnation.wrapping_add(self.record.changes)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Address, InstanceId, JobKind, Timestamp,
        continuous::{ContinuousCall, ContinuousSpec, StartAnswer},
        core::{Effect, continuous::Machine},
        wire::Json,
    };

    static SPEC: ContinuousSpec = ContinuousSpec::every("Ticker", Duration::from_secs(3600));

    fn moment(entropy: u64) -> Moment {
        Moment {
            now: Timestamp::from_millis(1_700_000_000_000),
            entropy,
            attempts: Attempts::AtAlarm,
        }
    }

    fn call(
        machine: &mut Machine,
        entropy: u64,
        call: ContinuousCall,
    ) -> Result<Answer, ClientError> {
        let out = machine.call(moment(entropy), call, Wishes::default(), Waiter(1));
        let mut replies = out.list.into_iter().filter_map(|effect| match effect {
            Effect::Reply(_, reply) => Some(reply),
            _ => None,
        });
        replies.next().expect("an answer")
    }

    fn start(machine: &mut Machine, entropy: u64) {
        let call_ = ContinuousCall::Start {
            state: Json("{}".into()),
            answer: StartAnswer::Created,
        };
        call(machine, entropy, call_).expect("a start");
    }

    fn set(machine: &mut Machine, state: &str, expected: u64) -> Result<Answer, ClientError> {
        let state = Json(state.into());
        let then = Then::Wait;
        let expected = Some(expected);
        let set = ContinuousCall::SetState {
            state,
            expected,
            then,
        };
        call(machine, 0, set)
    }

    fn revision(machine: &Machine) -> u64 {
        machine.living.as_ref().map_or(0, Living::revision)
    }

    #[test]
    fn a_state_that_was_made_from_another_one_is_refused() {
        let id = InstanceId::new("a").expect("a valid id");
        let (kind, job) = (JobKind::Continuous, "Ticker");
        let mut machine = Machine::absent(&SPEC, Address { kind, job, id });
        start(&mut machine, 7);
        let read = revision(&machine);
        set(&mut machine, "{\"a\":1}", read).expect("the state as it was read");
        let late = set(&mut machine, "{\"a\":2}", read);
        assert!(matches!(late, Err(ClientError::StateChanged { .. })));

        let read = revision(&machine);
        let reason = "x".to_owned();
        call(&mut machine, 0, ContinuousCall::Terminate { reason }).expect("an end");
        start(&mut machine, 1_000_000);
        let late = set(&mut machine, "{\"a\":3}", read);
        assert!(
            matches!(late, Err(ClientError::StateChanged { .. })),
            "no two lives share a revision"
        );
    }
}

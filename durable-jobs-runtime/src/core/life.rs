//! What every instance keeps for as long as it lives.

use std::{sync::Arc, time::Duration};

use super::{GiveUp, Moment, Run, Timers, Token, Verdict, Wake, Why};
use crate::{
    Address, ClientError, Incarnation, OnExhausted, RetryPolicy, Timestamp,
    core::run::Failure,
    json::{self, ReadOwned, WriteJson, json_fields, json_names},
    storage::{InstanceRow, Stored},
    telemetry::{Happening, WillRetry},
    time::whole_millis,
    wire::Status,
};

/// Clocks that differ by less are taken to agree.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// Why a timer was set anew.
pub(crate) const CLOCK_WAS_AHEAD: &str = "the clock was far ahead when the timer was set";

/// Whether an instance runs what is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Phase {
    /// It does.
    #[default]
    Active,
    /// It was paused.
    Paused,
    /// It failed for good and waits for `resume`.
    Parked,
}
json_names!(Phase {
    "active" => Active,
    "paused" => Paused,
    "parked" => Parked,
});

/// What every instance keeps, stored as part of its record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Life {
    /// Which life of the id this is.
    pub(crate) incarnation: Incarnation,
    /// When it began.
    pub(crate) created_at: Timestamp,
    /// Whether it runs what is due.
    pub(crate) phase: Phase,
    /// What it waits for.
    pub(crate) timers: Timers,
    /// The run that is out, or waits for another attempt.
    pub(crate) run: Option<Run>,
    /// Runs begun.
    pub(crate) runs_begun: u64,
    /// Attempts begun: the last token given.
    attempts_begun: u64,
    /// When the last attempt began.
    pub(crate) last_run_at: Option<Timestamp>,
    /// When the record was last saved.
    pub(crate) saved_at: Timestamp,
    /// The error of the last failed attempt.
    pub(crate) last_error: Option<Arc<str>>,
}
json_fields!(Life {
    incarnation,
    created_at,
    phase,
    timers,
    run: default,
    runs_begun,
    attempts_begun,
    last_run_at: default,
    saved_at,
    last_error: default,
});

/// An instance that exists and has a state of its own.
#[derive(Debug)]
pub(crate) struct Living<R> {
    pub(crate) record: R,
    pub(crate) state: Arc<str>,
    pub(crate) state_version: u32,
}

/// Whether a step changed the state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StateChange {
    Changed,
    Unchanged,
}

impl<R: Record> Living<R> {
    /// The row to save: with the state, if it has changed.
    pub(crate) fn row(
        &mut self,
        status: Status,
        change: StateChange,
        now: Timestamp,
    ) -> InstanceRow {
        let state = matches!(change, StateChange::Changed).then(|| Arc::clone(&self.state));
        self.record.row(status, state, self.state_version, now)
    }
}

impl<R> Living<R> {
    /// Keeps a new state, and says whether it differs from the old one.
    pub(crate) fn take_state(&mut self, state: Arc<str>, version: u32) -> StateChange {
        if self.state == state && self.state_version == version {
            return StateChange::Unchanged;
        }
        (self.state, self.state_version) = (state, version);
        StateChange::Changed
    }
}

/// How an instance's row comes back from the store.
pub(crate) struct Restored<R> {
    pub(crate) record: R,
    pub(crate) state: Option<Arc<str>>,
    pub(crate) state_version: u32,
}

impl<R: ReadOwned> Restored<R> {
    /// Reads the record of a row, and refuses one that a newer program has written.
    pub(crate) fn read(
        address: &Address,
        stored: &Stored,
        supported: u32,
    ) -> Result<Self, ClientError> {
        let row = &stored.row;
        let (job, id) = (address.job.to_owned(), address.id.as_str().to_owned());
        if row.state_version > supported {
            let stored = row.state_version;
            return Err(ClientError::UnsupportedVersion {
                job,
                id,
                stored,
                supported,
            });
        }
        let record = json::read(&row.record).map_err(|error| ClientError::Storage {
            job,
            id,
            reason: format!("its record does not decode, so it is left untouched: {error}"),
        })?;
        Ok(Self {
            record,
            state: row.state.clone(),
            state_version: row.state_version,
        })
    }
}

impl Life {
    pub(crate) fn new(moment: Moment) -> Self {
        Self {
            incarnation: Incarnation(moment.entropy),
            created_at: moment.now,
            phase: Phase::Active,
            timers: Timers::default(),
            run: None,
            runs_begun: 0,
            attempts_begun: 0,
            last_run_at: None,
            saved_at: moment.now,
            last_error: None,
        }
    }

    /// Begins a new run, without an attempt yet.
    pub(crate) fn new_run(&mut self, scheduled_for: Timestamp, missed: u64) {
        self.runs_begun = self.runs_begun.saturating_add(1);
        self.run = Some(Run::new(self.runs_begun, scheduled_for, missed));
    }

    /// The name of the attempt that begins next.
    pub(crate) fn next_token(&mut self) -> Token {
        self.attempts_begun = self.attempts_begun.saturating_add(1);
        Token(self.attempts_begun)
    }

    /// Begins the next attempt of the run there is. The row that is saved next is its mark.
    pub(crate) fn begin_attempt(&mut self, now: Timestamp) -> Option<Token> {
        let token = self.next_token();
        let run = self.run.as_mut()?;
        run.begin_attempt(token, now);
        self.last_run_at = Some(now);
        self.timers.clear(Wake::Retry);
        self.timers.set(Wake::Recovery, now);
        Some(token)
    }

    /// Whether a run is out.
    pub(crate) fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(Run::is_open)
    }

    /// Whether `token` names the attempt that is out.
    pub(crate) fn is_attempt(&self, token: Token) -> bool {
        self.run.as_ref().is_some_and(|run| run.is_attempt(token))
    }

    /// The attempt that is out or due next, from 1.
    pub(crate) fn attempt(&self) -> u32 {
        self.run
            .as_ref()
            .map_or(1, |run| run.attempt + u32::from(!run.is_open()))
    }

    /// How far ahead the clock was when the record was last saved, if it was.
    pub(crate) fn clock_ran_ahead(&self, now: Timestamp) -> Option<Duration> {
        Some(self.saved_at.since(now)).filter(|ahead| *ahead > CLOCK_TOLERANCE)
    }

    /// The delay of a retry counts from a clock that ran ahead: it is due now.
    pub(crate) fn pull_in_retry(&mut self, now: Timestamp) {
        if self.timers.get(Wake::Retry).is_some() {
            self.timers.set(Wake::Retry, now);
        }
    }

    /// Closes the open attempt with an error, sets the retry if one follows, and tells.
    pub(crate) fn fail_attempt(
        &mut self,
        failure: &Failure,
        policy: Option<&RetryPolicy>,
        on_exhausted: OnExhausted,
        moment: Moment,
    ) -> (Verdict, Vec<Happening>) {
        let verdict = match &mut self.run {
            Some(run) => run.fail(failure, policy, on_exhausted, moment),
            None => Verdict::GiveUp(GiveUp::unknown()),
        };
        self.close_attempt(&failure.error, verdict)
    }

    /// Closes an attempt that was cut off.
    pub(crate) fn interrupt_attempt(
        &mut self,
        cause: &Arc<str>,
        policy: Option<&RetryPolicy>,
        on_exhausted: OnExhausted,
        moment: Moment,
    ) -> (Verdict, Vec<Happening>) {
        let verdict = match &mut self.run {
            Some(run) => run.interrupt(policy, on_exhausted, moment),
            None => Verdict::GiveUp(GiveUp::unknown()),
        };
        self.close_attempt(cause, verdict)
    }

    /// Closes an attempt that was cut off, and gives its run up.
    pub(crate) fn forsake_attempt(&mut self, cause: &Arc<str>) -> (Verdict, Vec<Happening>) {
        let unknown = || Verdict::GiveUp(GiveUp::unknown());
        let verdict = self.run.as_mut().map_or_else(unknown, Run::forsake);
        self.close_attempt(cause, verdict)
    }

    fn close_attempt(&mut self, error: &Arc<str>, verdict: Verdict) -> (Verdict, Vec<Happening>) {
        let attempt = self.run.as_ref().map_or(1, |run| run.attempt);
        self.last_error = Some(Arc::clone(error));
        self.timers.clear(Wake::Recovery);
        let error = Arc::clone(error);
        let failed = |will_retry| Happening::Failed {
            error: Arc::clone(&error),
            will_retry,
            attempt,
        };
        let told = match &verdict {
            Verdict::Retry { at } => {
                self.timers.set(Wake::Retry, *at);
                let retrying = Happening::Retrying {
                    at: *at,
                    attempt: attempt + 1,
                };
                vec![failed(WillRetry::Yes), retrying]
            }
            Verdict::GiveUp(GiveUp {
                why: Why::Exhausted,
                ..
            }) => {
                let exhausted = Happening::RetryExhausted {
                    attempts: attempt,
                    error: Arc::clone(&error),
                };
                vec![failed(WillRetry::No), exhausted]
            }
            Verdict::GiveUp(_) => vec![failed(WillRetry::No)],
        };
        (verdict, told)
    }

    /// Puts the open attempt back as if it had not begun, due at once.
    pub(crate) fn release_attempt(&mut self, now: Timestamp) {
        if let Some(run) = self.run.as_mut().filter(|run| run.is_open()) {
            run.release();
            self.timers.clear(Wake::Recovery);
            self.timers.set(Wake::Retry, now);
        }
    }

    /// What is told of the attempt that is out when it has succeeded.
    pub(crate) fn executed(&self, now: Timestamp) -> Option<Happening> {
        let run = self.run.as_ref()?;
        let started_at = run.started_at()?;
        Some(Happening::Executed {
            run_count: run.number,
            attempt: run.attempt,
            duration_ms: whole_millis(now.since(started_at)),
            lateness_ms: whole_millis(started_at.since(run.scheduled_for)),
        })
    }

    /// Ends the run there is.
    pub(crate) fn end_run(&mut self) {
        self.run = None;
        self.timers.clear(Wake::Recovery);
        self.timers.clear(Wake::Retry);
    }

    /// Keeps everything and runs nothing until it is resumed.
    pub(crate) fn park(&mut self, error: Arc<str>) -> Happening {
        if let Some(run) = &mut self.run {
            run.release();
        }
        self.phase = Phase::Parked;
        self.timers.clear(Wake::Recovery);
        self.timers.clear(Wake::Retry);
        self.timers.clear(Wake::Trigger);
        self.last_error = Some(Arc::clone(&error));
        Happening::Parked { error }
    }
}

/// What a machine keeps of an instance, its life included.
pub(crate) trait Record: WriteJson + Sized {
    fn life(&mut self) -> &mut Life;

    /// The earliest timer that can lead to something.
    fn wake_at(&self) -> Option<Timestamp>;

    /// The row that holds it, saved now; `state` is the state if it has changed.
    fn row(
        &mut self,
        status: Status,
        state: Option<Arc<str>>,
        state_version: u32,
        now: Timestamp,
    ) -> InstanceRow {
        self.life().saved_at = now;
        let record = json::write(self).into();
        let wake_at = self.wake_at();
        let life = self.life();
        InstanceRow {
            incarnation: life.incarnation,
            status,
            wake_at,
            run_count: life.runs_begun,
            last_error: life.last_error.clone(),
            state_version,
            record,
            state,
            updated_at: now,
        }
    }
}

#[cfg(test)]
mod tests;

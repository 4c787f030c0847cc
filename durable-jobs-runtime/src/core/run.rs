//! One piece of work with its attempts, and what follows when an attempt fails.

use std::sync::Arc;

use super::{Attempts, Moment};
use crate::{
    Address, ErrorAction, ErrorClass, Incarnation, JobError, OnExhausted, RetryPolicy, Timestamp,
    debounce::BatchFate,
    json::{json_fields, json_newtype},
};

/// Interrupted attempts in a row after which a run is given up: a crash, a kill or a deploy cut each off.
const MAX_INTERRUPTIONS: u32 = 5;

/// Names one attempt within a life. A result that brings another token is fenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token(pub(crate) u64);

json_newtype!(Token(u64));

/// One piece of work: it keeps its number, and with it its idempotency key, through all its attempts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// Which run of this life it is, from 1.
    pub(crate) number: u64,
    /// When it was due.
    pub(crate) scheduled_for: Timestamp,
    /// Slots that it stands for besides its own.
    pub(crate) missed: u64,
    /// Attempts begun since it was last reset, the open one included.
    pub(crate) attempt: u32,
    /// When the first of those began.
    first_started_at: Timestamp,
    /// How many of those ended in an error.
    failures: u32,
    /// How many of the latest were cut off.
    interruptions: u32,
    /// The attempt that is out.
    open: Option<OpenAttempt>,
}
json_fields!(Run {
    number,
    scheduled_for,
    missed,
    attempt,
    first_started_at,
    failures,
    interruptions,
    open: default,
});

#[derive(Clone, Copy, Debug, PartialEq)]
struct OpenAttempt {
    token: Token,
    started_at: Timestamp,
}
json_fields!(OpenAttempt { token, started_at });

/// A failed attempt, as the handlers left it.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The error's text.
    pub(crate) error: Arc<str>,
    /// Whether trying again can help.
    pub(crate) class: ErrorClass,
    /// The delay that the error asks for.
    pub(crate) retry_after: Option<std::time::Duration>,
    /// What `on_error` decided.
    pub(crate) action: ErrorAction,
}

impl Failure {
    pub(crate) fn new(error: &JobError, action: ErrorAction) -> Self {
        Self {
            error: error.to_string().into(),
            class: error.class(),
            retry_after: error.retry_after(),
            action,
        }
    }
}

/// What follows a failed attempt.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    Retry { at: Timestamp },
    GiveUp(GiveUp),
}

/// How a run ends for good.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GiveUp {
    pub(crate) how: OnExhausted,
    pub(crate) why: Why,
    /// What `on_error` wants done about the events of a debounce job, if it has said so.
    pub(crate) batch: Option<BatchFate>,
    pub(crate) reason: Option<String>,
}

/// Why a run is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Its attempts are used up.
    Exhausted,
    /// The error is one that no attempt can mend, or `on_error` said so.
    Chosen,
}

impl GiveUp {
    fn by(how: OnExhausted, why: Why) -> Verdict {
        Verdict::GiveUp(Self::new(how, why))
    }

    fn chosen(how: OnExhausted, batch: BatchFate) -> Verdict {
        Verdict::GiveUp(Self {
            batch: Some(batch),
            ..Self::new(how, Why::Chosen)
        })
    }

    /// A run is given up of which nothing is known any more.
    pub(super) fn unknown() -> Self {
        Self::new(OnExhausted::SkipRun, Why::Chosen)
    }

    fn new(how: OnExhausted, why: Why) -> Self {
        Self {
            how,
            why,
            batch: None,
            reason: None,
        }
    }
}

impl Run {
    pub(crate) fn new(number: u64, scheduled_for: Timestamp, missed: u64) -> Self {
        Self {
            number,
            scheduled_for,
            missed,
            attempt: 0,
            first_started_at: scheduled_for,
            failures: 0,
            interruptions: 0,
            open: None,
        }
    }

    pub(crate) fn begin_attempt(&mut self, token: Token, now: Timestamp) {
        if self.attempt == 0 {
            self.first_started_at = now;
        }
        self.attempt = self.attempt.saturating_add(1);
        self.open = Some(OpenAttempt {
            token,
            started_at: now,
        });
    }

    /// Begins the count of attempts anew, for somebody who asked for the run.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.number, self.scheduled_for, self.missed);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(crate) fn is_attempt(&self, token: Token) -> bool {
        self.open.is_some_and(|attempt| attempt.token == token)
    }

    /// Names it within its life.
    pub(crate) fn name(&self) -> String {
        Self::name_of(self.number)
    }

    /// Names the run of this number within its life.
    pub(crate) fn name_of(number: u64) -> String {
        format!("run-{number}")
    }

    /// Names the attempt that is out within its life.
    pub(crate) fn execution(&self) -> String {
        let token = self.open.map_or(0, |attempt| attempt.token.0);
        format!("attempt-{token}")
    }

    /// Names the attempt that is out.
    pub(crate) fn execution_id(&self, address: &Address, incarnation: Incarnation) -> String {
        format!("{address}:{incarnation}:{}", self.execution())
    }

    pub(crate) fn started_at(&self) -> Option<Timestamp> {
        self.open.map(|attempt| attempt.started_at)
    }

    /// Forgets the open attempt as if it had not been begun.
    pub(crate) fn release(&mut self) {
        if self.open.take().is_some() {
            self.attempt = self.attempt.saturating_sub(1);
        }
    }

    /// Closes the open attempt with an error.
    pub(crate) fn fail(
        &mut self,
        failure: &Failure,
        policy: Option<&RetryPolicy>,
        on_exhausted: OnExhausted,
        moment: Moment,
    ) -> Verdict {
        self.open = None;
        self.interruptions = 0;
        self.failures = self.failures.saturating_add(1);
        match &failure.action {
            ErrorAction::Default => self.by_policy(failure, policy, on_exhausted, moment),
            ErrorAction::RetryAfter(delay) => Verdict::Retry {
                at: moment.now + *delay,
            },
            ErrorAction::SkipRun => GiveUp::chosen(OnExhausted::SkipRun, BatchFate::Kept),
            ErrorAction::Park => GiveUp::chosen(OnExhausted::Park, BatchFate::Kept),
            ErrorAction::Reset => GiveUp::chosen(OnExhausted::SkipRun, BatchFate::Dropped),
            ErrorAction::DeadLetter => GiveUp::chosen(OnExhausted::Park, BatchFate::DeadLetter),
            ErrorAction::Terminate { reason } => Verdict::GiveUp(GiveUp {
                reason: Some(reason.clone()),
                ..GiveUp::new(OnExhausted::Terminate, Why::Chosen)
            }),
        }
    }

    fn by_policy(
        &self,
        failure: &Failure,
        policy: Option<&RetryPolicy>,
        on_exhausted: OnExhausted,
        moment: Moment,
    ) -> Verdict {
        // An error that says when to come back is repeated unasked.
        let standard = failure.retry_after.map(|_| RetryPolicy::standard());
        let Some(policy) = policy.or(standard.as_ref()) else {
            return GiveUp::by(on_exhausted, Why::Chosen);
        };
        if failure.class == ErrorClass::Terminal {
            return GiveUp::by(on_exhausted, Why::Chosen);
        }
        if self.failures >= policy.max_attempts() {
            return GiveUp::by(on_exhausted, Why::Exhausted);
        }
        let computed = policy.delay(self.failures, moment.entropy);
        let at = moment.now + failure.retry_after.unwrap_or(computed);
        match policy.elapsed_limit() {
            Some(limit) if at.since(self.first_started_at) > limit => {
                GiveUp::by(on_exhausted, Why::Exhausted)
            }
            _ => Verdict::Retry { at },
        }
    }

    /// Closes the open attempt as one that was cut off and is not made good.
    pub(crate) fn forsake(&mut self) -> Verdict {
        self.open = None;
        GiveUp::by(OnExhausted::SkipRun, Why::Chosen)
    }

    /// Whether this failure would end the run, and the instance go on.
    pub(crate) fn would_be_skipped(
        &self,
        failure: &Failure,
        policy: Option<&RetryPolicy>,
        on_exhausted: OnExhausted,
        now: Timestamp,
    ) -> bool {
        let moment = Moment {
            now,
            entropy: 0,
            attempts: Attempts::Now,
        };
        let verdict = self.clone().fail(failure, policy, on_exhausted, moment);
        matches!(verdict, Verdict::GiveUp(end) if end.how == OnExhausted::SkipRun)
    }

    /// Closes the open attempt as one that was cut off: counted, with a limit of its own.
    pub(crate) fn interrupt(
        &mut self,
        policy: Option<&RetryPolicy>,
        on_exhausted: OnExhausted,
        moment: Moment,
    ) -> Verdict {
        self.open = None;
        self.interruptions = self.interruptions.saturating_add(1);
        if self.interruptions >= MAX_INTERRUPTIONS {
            return GiveUp::by(on_exhausted, Why::Exhausted);
        }
        let standard = RetryPolicy::standard();
        let delay = policy
            .unwrap_or(&standard)
            .delay(self.interruptions, moment.entropy);
        Verdict::Retry {
            at: moment.now + delay,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// What follows the first failures of a run, an hour after it was due, each when its attempt has begun.
    fn verdicts(policy: &RetryPolicy) -> Vec<Verdict> {
        let mut now = Timestamp::default() + SECOND * 3600;
        let mut run = Run::new(1, Timestamp::default(), 0);
        let failure = Failure::new(&JobError::from("x"), ErrorAction::Default);
        (1..=4)
            .map(|token| {
                run.begin_attempt(Token(token), now);
                let moment = Moment {
                    now,
                    entropy: 0,
                    attempts: Attempts::Now,
                };
                now = now + SECOND;
                run.fail(&failure, Some(policy), OnExhausted::Park, moment)
            })
            .collect()
    }

    #[test]
    fn the_time_that_a_run_may_take_counts_from_its_first_attempt() {
        let retry = |seconds: u32| Verdict::Retry {
            at: Timestamp::default() + SECOND * (3600 + seconds),
        };
        let end = GiveUp::by(OnExhausted::Park, Why::Exhausted);
        let policy = RetryPolicy::fixed(9, SECOND).max_elapsed(SECOND * 2);
        assert_eq!(
            verdicts(&policy),
            [retry(1), retry(2), end.clone(), end],
            "up to its end"
        );
    }

    #[test]
    fn only_the_attempt_that_is_out_has_a_result() {
        let mut run = Run::new(1, Timestamp::default(), 0);
        assert!(!run.is_attempt(Token(7)));
        run.begin_attempt(Token(7), Timestamp::default());
        assert!(run.is_attempt(Token(7)));
        assert!(!run.is_attempt(Token(6)));
        run.release();
        assert!(!run.is_attempt(Token(7)));
    }
}

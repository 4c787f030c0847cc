//! Requests that have been taken, so that their repetition has no second effect.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use crate::{
    Timestamp,
    core::Waiter,
    storage::{AnswerRow, Write},
    wire::{Answer, RequestId},
};

/// How long a request is remembered: whoever repeats it does so within seconds.
const KEPT_FOR: Duration = Duration::from_secs(5 * 60);

/// How many of them, those of the last ones: a bound for memory and for the store.
const MOST_KEPT: usize = 1024;

/// What is known of a request that has come before.
pub(super) enum Known {
    /// It has been answered.
    Answered(Answer),
    /// Its answer is still to come.
    Waiting(Waiter),
    /// It was taken, and whoever waited for it is gone.
    Lost,
}

/// The requests of one instance that are remembered.
#[derive(Default)]
pub(super) struct Answers {
    kept: BTreeMap<RequestId, Kept>,
    order: VecDeque<RequestId>,
    /// Whose answers are to come.
    asking: BTreeMap<Waiter, RequestId>,
}

struct Kept {
    answer: Option<Answer>,
    expires_at: Timestamp,
}

impl Answers {
    /// What the store has kept. An answer that does not decode is as good as lost.
    pub(super) fn restore(rows: Vec<AnswerRow>) -> Self {
        let mut answers = Self::default();
        for row in rows {
            let answer = row.answer.and_then(|json| serde_json::from_str(&json).ok());
            answers.keep(row.request, answer, row.expires_at);
        }
        answers
    }

    pub(super) fn look_up(&self, request: RequestId, now: Timestamp) -> Option<Known> {
        let waiting = self.asking.iter().find(|(_, asking)| **asking == request);
        if let Some((waiter, _)) = waiting {
            return Some(Known::Waiting(*waiter));
        }
        let kept = self.kept.get(&request)?;
        (kept.expires_at > now).then(|| match &kept.answer {
            Some(answer) => Known::Answered(answer.clone()),
            None => Known::Lost,
        })
    }

    pub(super) fn ask(&mut self, waiter: Waiter, request: RequestId) {
        self.asking.insert(waiter, request);
    }

    /// The request that a caller has sent, if it is to be remembered. Its answer comes now.
    pub(super) fn settle(&mut self, waiter: Waiter) -> Option<RequestId> {
        self.asking.remove(&waiter)
    }

    /// An answer, as it is stored with the step that gives it.
    pub(super) fn answered(
        &mut self,
        request: RequestId,
        answer: &Answer,
        now: Timestamp,
    ) -> Write {
        self.write(request, Some(answer), now)
    }

    /// That a caller's request has been taken, as it is stored with the step that takes it.
    pub(super) fn taken(&mut self, waiter: Waiter, now: Timestamp) -> Option<Write> {
        let request = *self.asking.get(&waiter)?;
        Some(self.write(request, None, now))
    }

    fn write(&mut self, request: RequestId, answer: Option<&Answer>, now: Timestamp) -> Write {
        let expires_at = now + KEPT_FOR;
        self.keep(request, answer.cloned(), expires_at);
        let answer = answer.and_then(|answer| serde_json::to_string(answer).ok());
        Write::KeepAnswer(AnswerRow {
            request,
            answer: answer.map(Into::into),
            expires_at,
        })
    }

    fn keep(&mut self, request: RequestId, answer: Option<Answer>, expires_at: Timestamp) {
        let kept = Kept { answer, expires_at };
        if self.kept.insert(request, kept).is_none() {
            self.order.push_back(request);
        }
        while self.order.len() > MOST_KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.kept.remove(&oldest);
            }
        }
    }
}

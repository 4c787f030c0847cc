//! Requests that have been taken, so that their repetition has no second effect.

use std::{collections::VecDeque, time::Duration};

use super::request_map::RequestMap;
use crate::{
    ClientError, Timestamp,
    core::Waiter,
    sorted::SortedMap,
    storage::{AnswerRow, Write},
    wire::{Answer, Json, RequestId},
};

/// How long a request is remembered: whoever repeats it does so within seconds.
const KEPT_FOR: Duration = Duration::from_secs(5 * 60);

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
    /// Whose answers are to come.
    asking: SortedMap<Waiter, Asked>,
    asked: SortedMap<RequestId, Waiter>,
    kept: RequestMap<Kept>,
    /// What is kept, the oldest first. Of a request that was kept again the last entry counts.
    by_age: VecDeque<(Timestamp, RequestId)>,
}

/// A request whose answer is to come.
struct Asked {
    request: RequestId,
    comes: Comes,
}

/// When an answer comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comes {
    /// In the step of the call.
    Now,
    /// In a later one, because of a handler that has run meanwhile.
    Later,
}

struct Kept {
    answer: Option<Answer>,
    expires_at: Timestamp,
}

impl Answers {
    /// What the store has kept. An answer that this version does not know is as good as lost.
    pub(super) fn restore(rows: Vec<AnswerRow>) -> Self {
        let mut answers = Self::default();
        for row in rows {
            let answer = row.answer.and_then(|json| Answer::from_text(Json(json)));
            answers.keep(row.request, answer, row.expires_at);
        }
        answers
    }

    pub(super) fn look_up(&self, request: RequestId, now: Timestamp) -> Option<Known> {
        if let Some(waiter) = self.asked.get(&request) {
            return Some(Known::Waiting(*waiter));
        }
        let kept = self.kept.get(request)?;
        (kept.expires_at > now).then(|| match &kept.answer {
            Some(answer) => Known::Answered(answer.clone()),
            None => Known::Lost,
        })
    }

    pub(super) fn ask(&mut self, waiter: Waiter, request: RequestId) {
        let comes = Comes::Now;
        self.asking.insert(waiter, Asked { request, comes });
        self.asked.insert(request, waiter);
    }

    /// Notes that a caller's answer does not come in the step of the call.
    pub(super) fn defer(&mut self, waiter: Waiter) {
        if let Some(asked) = self.asking.get_mut(&waiter) {
            asked.comes = Comes::Later;
        }
    }

    /// That a caller's request has been taken, as it is stored with the step that takes it.
    pub(super) fn taken(&mut self, waiter: Waiter, now: Timestamp) -> Option<Write> {
        let request = self.asking.get(&waiter)?.request;
        Some(self.write(request, None, now))
    }

    /// The answer of a caller who is answered now, as it is stored with the step that gives it; `writes` says
    /// whether that step stores anything.
    pub(super) fn settle(
        &mut self,
        waiter: Waiter,
        result: &Result<Answer, ClientError>,
        writes: bool,
        now: Timestamp,
    ) -> Option<Write> {
        let Asked { request, comes } = self.asking.remove(&waiter)?;
        self.asked.remove(&request);
        // What is refused, and what changes nothing, has had no effect that could be repeated.
        let answer = result.as_ref().ok()?;
        (writes || comes == Comes::Later).then(|| self.write(request, Some(answer), now))
    }

    /// Forgets who waits: none of them gets an answer.
    pub(super) fn dismiss(&mut self) {
        self.asking.clear();
        self.asked.clear();
    }

    fn write(&mut self, request: RequestId, answer: Option<&Answer>, now: Timestamp) -> Write {
        let expires_at = now + KEPT_FOR;
        self.forget_expired(now);
        self.keep(request, answer.cloned(), expires_at);
        let answer = answer.map(Answer::to_text);
        Write::KeepAnswer(AnswerRow {
            request,
            answer: answer.map(Into::into),
            expires_at,
        })
    }

    fn keep(&mut self, request: RequestId, answer: Option<Answer>, expires_at: Timestamp) {
        self.kept.insert(request, Kept { answer, expires_at });
        self.by_age.push_back((expires_at, request));
        while self.kept.len() > AnswerRow::MOST_REMEMBERED {
            self.forget_oldest();
        }
    }

    fn forget_expired(&mut self, now: Timestamp) {
        while self.by_age.front().is_some_and(|(at, _)| *at <= now) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((expires_at, request)) = self.by_age.pop_front() else {
            return;
        };
        let kept = self.kept.get(request);
        if kept.is_some_and(|kept| kept.expires_at == expires_at) {
            self.kept.remove(request);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Status;

    const AT: Timestamp = Timestamp::from_millis(1_000_000);

    fn request(number: usize) -> RequestId {
        RequestId::new(number as u64)
    }

    /// Asks and answers at once, in a step that stores something.
    fn answer(answers: &mut Answers, number: usize, now: Timestamp) {
        let waiter = Waiter(number as u64);
        answers.ask(waiter, request(number));
        let result = Ok(Answer::of(Status::Waiting));
        assert!(answers.settle(waiter, &result, true, now).is_some());
    }

    fn is_answered(answers: &Answers, number: usize, now: Timestamp) -> bool {
        matches!(
            answers.look_up(request(number), now),
            Some(Known::Answered(_))
        )
    }

    #[test]
    fn the_last_ones_are_remembered() {
        let (mut answers, most) = (Answers::default(), AnswerRow::MOST_REMEMBERED);
        (0..=most).for_each(|number| answer(&mut answers, number, AT));
        assert!(answers.look_up(request(0), AT).is_none());
        assert!((1..=most).all(|number| is_answered(&answers, number, AT)));
    }

    #[test]
    fn what_has_expired_takes_no_memory() {
        let mut answers = Answers::default();
        (0..100).for_each(|number| answer(&mut answers, number, AT));
        answer(&mut answers, 100, AT + KEPT_FOR);
        assert_eq!((answers.kept.len(), answers.by_age.len()), (1, 1));
        assert!(is_answered(&answers, 100, AT + KEPT_FOR));
    }

    #[test]
    fn an_answer_is_kept_from_when_it_was_given() {
        let (mut answers, waiter) = (Answers::default(), Waiter(7));
        answers.ask(waiter, request(7));
        answers.defer(waiter);
        answers.taken(waiter, AT).expect("a request that was asked");
        let later = AT + KEPT_FOR / 2;
        let result = Ok(Answer::of(Status::Waiting));
        answers.settle(waiter, &result, false, later);
        // The place among the oldest that the request had when it was taken counts no more.
        answer(&mut answers, 8, AT + KEPT_FOR);
        assert!(is_answered(&answers, 7, AT + KEPT_FOR));
        assert!(!is_answered(&answers, 7, later + KEPT_FOR));
    }

    #[test]
    fn an_answer_of_a_later_version_is_lost() {
        let row = AnswerRow {
            request: request(1),
            answer: Some("{\"of a later version\":1}".into()),
            expires_at: AT + KEPT_FOR,
        };
        let answers = Answers::restore(vec![row]);
        assert!(matches!(answers.look_up(request(1), AT), Some(Known::Lost)));
    }
}

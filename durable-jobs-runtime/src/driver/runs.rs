//! The runs of one instance that are out: one for most kinds, several for those that bound them otherwise.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use super::{actor::Run, shared::lock};
use crate::{sorted::SortedMap, target::BoxAny};

/// The runs that are out. One that was woken is polled, the others are not.
#[derive(Default)]
pub(super) struct Runs {
    out: SortedMap<u64, Out>,
    /// Those whose marks are not stored yet, in the order of their numbers.
    unmarked: Vec<(u64, Run)>,
    last: u64,
    woken: Arc<Woken>,
}

struct Out {
    run: Run,
    bell: Arc<Bell>,
    waker: Waker,
}

/// Which runs want to be polled, and whom that concerns.
#[derive(Default)]
struct Woken(Mutex<WokenRuns>);

#[derive(Default)]
struct WokenRuns {
    runs: VecDeque<u64>,
    drive: Option<Waker>,
}

/// Wakes one run.
struct Bell {
    run: u64,
    rung: AtomicBool,
    woken: Arc<Woken>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut woken = lock(&self.woken.0);
        woken.runs.push_back(self.run);
        let drive = woken.drive.take();
        drop(woken);
        if let Some(drive) = drive {
            drive.wake();
        }
    }
}

impl Runs {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Whether there is one that may be polled.
    pub(super) fn are_polled(&self) -> bool {
        !self.out.is_empty()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.out.len() + self.unmarked.len()
    }

    /// Takes a run in; it is polled the next time.
    pub(super) fn add(&mut self, run: Run) {
        let number = self.next_number();
        self.begin(number, run);
    }

    /// Takes a run in that begins when its mark is stored, and gives it a number.
    pub(super) fn add_unmarked(&mut self, run: Run) -> u64 {
        let number = self.next_number();
        self.unmarked.push((number, run));
        number
    }

    /// Begins the runs up to this number: their marks are stored.
    pub(super) fn begin_marked(&mut self, through: u64) {
        let is_marked = |(number, _): &(u64, Run)| *number <= through;
        while self.unmarked.first().is_some_and(is_marked) {
            let (number, run) = self.unmarked.remove(0);
            self.begin(number, run);
        }
    }

    fn next_number(&mut self) -> u64 {
        self.last = self.last.wrapping_add(1);
        self.last
    }

    fn begin(&mut self, number: u64, run: Run) {
        let bell = Arc::new(Bell {
            run: number,
            rung: AtomicBool::new(false),
            woken: Arc::clone(&self.woken),
        });
        let waker = Waker::from(Arc::clone(&bell));
        bell.wake_by_ref();
        self.out.insert(number, Out { run, bell, waker });
    }

    /// Drops all of them.
    pub(super) fn clear(&mut self) {
        self.out.clear();
        self.unmarked.clear();
    }

    /// Polls those that were woken, until one ends.
    pub(super) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<BoxAny> {
        // Each once: one that wakes itself shall not keep the others waiting.
        let mut left = lock(&self.woken.0).runs.len();
        while let Some(run) = self.next_woken(&mut left, cx) {
            let Some(out) = self.out.get_mut(&run) else {
                continue;
            };
            out.bell.rung.store(false, Ordering::Release);
            let polled = out.run.as_mut().poll(&mut Context::from_waker(&out.waker));
            if let Poll::Ready(outcome) = polled {
                self.out.remove(&run);
                return Poll::Ready(outcome);
            }
        }
        Poll::Pending
    }

    fn next_woken(&self, left: &mut usize, cx: &Context<'_>) -> Option<u64> {
        let mut woken = lock(&self.woken.0);
        if *left > 0 {
            *left -= 1;
            return woken.runs.pop_front();
        }
        woken.drive = Some(cx.waker().clone());
        if !woken.runs.is_empty() {
            cx.waker().wake_by_ref();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(number: u64) -> Run {
        Box::pin(async move { Box::new(number) as BoxAny })
    }

    /// Which run ends next.
    fn next(runs: &mut Runs) -> Option<u64> {
        match runs.poll_ended(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done.downcast::<u64>().ok().map(|number| *number),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_run_is_polled_once_its_mark_is_stored() {
        let mut runs = Runs::default();
        let numbers = [1, 2, 3].map(|number| runs.add_unmarked(run(number)));
        assert!(!runs.is_empty() && !runs.are_polled());
        assert_eq!(next(&mut runs), None);
        runs.begin_marked(numbers[1]);
        assert_eq!([1, 2].map(|_| next(&mut runs)), [Some(1), Some(2)]);
        assert_eq!(next(&mut runs), None);
        runs.begin_marked(numbers[2]);
        assert_eq!((next(&mut runs), runs.count()), (Some(3), 0));
    }

    #[test]
    fn a_mark_that_is_stored_begins_no_run_that_was_dropped() {
        let mut runs = Runs::default();
        let dropped = runs.add_unmarked(run(1));
        runs.clear();
        runs.add_unmarked(run(2));
        runs.begin_marked(dropped);
        assert!(!runs.are_polled());
    }
}

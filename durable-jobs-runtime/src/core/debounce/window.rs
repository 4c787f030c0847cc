//! When the batch that collects is due, and why.

use super::{Machine, Out, Phase, Wake};
use crate::{Timestamp, core::Moment, debounce::FlushReason, telemetry::Happening};

impl Machine {
    /// When the batch that collects is due, and why: of all its deadlines the first counts.
    pub(super) fn deadline(&self, now: Timestamp) -> Option<(Timestamp, FlushReason)> {
        let record = self.record.as_ref().filter(|_| self.has_open_events())?;
        let of_window = self.spec.window().map(|(_, reason)| reason);
        let reason = record.owed.or(of_window).unwrap_or(FlushReason::FlushAfter);
        let due = record.life.timers.get(Wake::Flush).map(|at| (at, reason));
        let quiet = self.quiet_ends_at(now).map(|at| (at, FlushReason::Quiet));
        due.into_iter().chain(quiet).min_by_key(|(at, _)| *at)
    }

    /// When no event will have come for as long as `quiet` says, if none comes any more. It follows from the last
    /// event, so that an event has nothing to write for it.
    pub(super) fn quiet_ends_at(&self, now: Timestamp) -> Option<Timestamp> {
        let quiet = self.spec.quiet.filter(|_| self.has_open_events())?;
        let last = self.open.last_event_at;
        if last <= now {
            return Some(last + quiet);
        }
        // Of an event that comes from the future it is only known that it has come: the timer counts.
        let set = self.record.as_ref()?.life.timers.get(Wake::Quiet);
        Some(set.map_or(now + quiet, |at| at.min(now + quiet)))
    }

    /// Sets the timers anew after one has come too early, because events have come meanwhile.
    pub(super) fn wait_until_it_is_quiet(&mut self, moment: Moment, out: &mut Out) {
        let Some(record) = &self.record else {
            return;
        };
        let waits = record.life.phase == Phase::Active
            && record.claim.is_none()
            && record.life.timers.due(Wake::Quiet, moment.now).is_some();
        if waits && !self.is_due(moment.now) {
            self.save(moment, out);
        }
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.deadline(now).is_some_and(|(at, _)| at <= now)
    }

    /// Opens the window of a batch that has got its first events.
    pub(super) fn begin_window(&mut self, moment: Moment, out: &mut Out) {
        let window = self.spec.window();
        let Some(record) = &mut self.record else {
            return;
        };
        match window {
            Some((window, _)) => record.life.timers.set(Wake::Flush, moment.now + window),
            None => record.life.timers.clear(Wake::Flush),
        }
        let will_flush_at = self.deadline(moment.now).map(|(at, _)| at);
        out.tell(Happening::DebounceStarted { will_flush_at });
    }

    /// Gives a batch that was begun before its job had a window the one that it has now.
    pub(super) fn open_a_window_that_is_new(&mut self, moment: Moment, out: &mut Out) {
        let (first, window) = (self.open.first_event_at, self.spec.window());
        let begun = self.has_open_events();
        let Some(record) = self.record.as_mut().filter(|_| begun) else {
            return;
        };
        let timers = &mut record.life.timers;
        let window = window.filter(|_| timers.get(Wake::Flush).is_none());
        if let Some((window, _)) = window {
            timers.set(Wake::Flush, first.min(moment.now) + window);
        }
        let lacks_quiet = self.spec.quiet.is_some() && timers.get(Wake::Quiet).is_none();
        if window.is_some() || lacks_quiet {
            self.save(moment, out);
        }
    }

    /// Makes the batch that collects due, unless it is. Says whether it was not.
    pub(super) fn make_due(&mut self, why: FlushReason, moment: Moment) -> bool {
        if self.is_due(moment.now) {
            return false;
        }
        let Some(record) = &mut self.record else {
            return false;
        };
        record.owed = Some(why);
        record.life.timers.set(Wake::Flush, moment.now);
        true
    }

    /// Which limit of the batch that collects is reached, if one is.
    pub(super) fn limit_reached(&self) -> Option<FlushReason> {
        let reached = |limit: Option<u64>, now: u64| limit.is_some_and(|limit| now >= limit);
        if reached(self.spec.max_events, self.open.event_count) {
            Some(FlushReason::MaxEvents)
        } else if reached(self.spec.max_bytes, self.open.bytes) {
            Some(FlushReason::MaxBytes)
        } else {
            None
        }
    }

    /// Whether an event that comes now ends a quiet period of a job that flushes such ones at once.
    pub(super) fn leads(&self, now: Timestamp) -> bool {
        let flushed = self.record.as_ref().map(|record| record.last_event_at);
        let last = flushed.unwrap_or_default().max(self.open.last_event_at);
        let period = self.spec.leading_after();
        // An event that comes from the future tells nothing about how long it has been quiet.
        period.is_some_and(|period| last > now || now.since(last) >= period)
    }
}

//! Which slot is next, and which of those that have passed get a run.

use std::time::Duration;

use super::{Machine, Out, Record};
use crate::{
    Address, Timestamp,
    continuous::{ContinuousSpec, Delay, Missed, Next, Schedule},
    core::{Living, Moment, StateChange, Wake},
    telemetry::Happening,
    time::whole_millis,
    wire::RunOutcome,
};

/// How late a slot may be that `missed = "skip"` does not leave out.
const STILL_IN_TIME: Duration = Duration::from_secs(60);

/// The shortest interval that a state may ask for.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// What a slot that is due leads to.
enum Due {
    /// A run for this slot, which stands for so many others.
    Run { slot: Timestamp, missed: u64 },
    /// None: this slot and so many before it are left out.
    Skip { latest: Timestamp, passed: u64 },
}

impl Machine {
    /// Begins the run of a slot that is due, or leaves it out.
    pub(super) fn run_slot(&mut self, slot: Timestamp, moment: Moment, out: &mut Out) {
        let (spec, address) = (self.spec, &self.address);
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        match record.due(slot, moment.now, spec, address) {
            Due::Run { slot, missed } => {
                record.life.timers.clear(Wake::Schedule);
                record.last_slot = Some(slot);
                let missed = missed.saturating_add(record.skipped);
                record.life.new_run(slot, missed);
                record.skipped = 0;
                self.begin_attempt(moment, out);
            }
            Due::Skip { latest, passed } => {
                record.last_slot = Some(latest);
                record.skipped = record.skipped.saturating_add(passed).saturating_add(1);
                let schedule = record.schedule_in_force(spec);
                let next = schedule.slot_after(latest, moment.now);
                record.set_regular_slot(next, spec, address);
                let at = record.slot_is_due_at();
                self.save(moment, StateChange::Unchanged, out);
                out.tell_all(at.map(|at| Happening::Scheduled { at }));
            }
        }
    }
}

impl Record {
    fn due(
        &self,
        slot: Timestamp,
        now: Timestamp,
        spec: &ContinuousSpec,
        address: &Address,
    ) -> Due {
        let schedule = self.schedule_in_force(spec);
        if spec.delay == Delay::AfterRun {
            return Due::Run { slot, missed: 0 };
        }
        let (latest, passed) = schedule.latest_slot(slot, now);
        let late = || now.since(latest + put_off(spec, address, latest));
        match spec.missed {
            // The first run of a life was asked for by whoever started it.
            Missed::Skip if self.last_slot.is_some() && late() > STILL_IN_TIME => {
                Due::Skip { latest, passed }
            }
            Missed::Skip | Missed::Once => Due::Run {
                slot: latest,
                missed: passed,
            },
            Missed::All { most } => {
                let missed = passed.saturating_add(1).saturating_sub(u64::from(most));
                Due::Run {
                    slot: schedule.slots_later(slot, missed),
                    missed,
                }
            }
        }
    }

    /// The schedule by which the next slot is found: what the state asks for, else what the attribute says.
    pub(super) fn schedule_in_force(&self, spec: &ContinuousSpec) -> Schedule {
        self.interval_ms.map_or(spec.schedule, |interval| {
            Schedule::Every(Duration::from_millis(interval))
        })
    }

    /// Keeps the interval that the state asks for.
    pub(super) fn keep_interval(&mut self, interval: Option<Duration>) {
        self.interval_ms = interval.map(|asked| whole_millis(asked.max(SHORTEST_INTERVAL)));
    }

    /// When the run of the slot that is set is due.
    pub(super) fn slot_is_due_at(&self) -> Option<Timestamp> {
        let slot = self.life.timers.get(Wake::Schedule)?;
        Some(slot + Duration::from_millis(self.put_off_ms.unwrap_or_default()))
    }

    /// Sets what follows a run that has ended.
    pub(super) fn follow(
        &mut self,
        next: Next,
        spec: &ContinuousSpec,
        address: &Address,
        now: Timestamp,
    ) -> RunOutcome {
        match next {
            _ if self.life.phase == super::Phase::Paused => {}
            Next::Pause { until } => {
                self.pause(until);
                return RunOutcome::Paused;
            }
            Next::After(delay) => self.set_slot(Some(now + delay)),
            Next::At(time) => self.set_slot(Some(time.max(now))),
            Next::Scheduled | Next::Stop { .. } => self.schedule_next_slot(spec, address, now),
        }
        RunOutcome::Completed
    }

    /// The next slot of the series; those that passed during the run are skipped and counted, unless each
    /// shall have its run.
    fn schedule_next_slot(&mut self, spec: &ContinuousSpec, address: &Address, now: Timestamp) {
        if self.life.timers.get(Wake::Schedule).is_some() {
            return;
        }
        if spec.delay == Delay::AfterRun {
            return self.anchor_at(now, spec, address);
        }
        let schedule = self.schedule_in_force(spec);
        let last = self.last_slot.unwrap_or(now);
        if matches!(spec.missed, Missed::All { .. }) {
            let next = schedule.slot_after(last, last);
            return self.set_regular_slot(next, spec, address);
        }
        // A slot at this very millisecond has not passed, and neither has one whose run is put off.
        let passed_by = now - Duration::from_millis(1);
        let (latest, passed) = schedule.latest_slot(last, passed_by);
        if passed > 0 && latest + put_off(spec, address, latest) > passed_by {
            self.skipped = passed - 1;
            return self.set_regular_slot(Some(latest), spec, address);
        }
        self.skipped = passed;
        self.last_slot = Some(latest);
        self.set_regular_slot(schedule.slot_after(last, passed_by), spec, address);
    }

    /// Makes up no slots that passed while the job was not to run.
    pub(super) fn pass_over(&mut self, now: Timestamp, spec: &ContinuousSpec) {
        if let (Missed::All { .. }, Some(last)) = (spec.missed, self.last_slot) {
            let (latest, passed) = self.schedule_in_force(spec).latest_slot(last, now);
            self.last_slot = Some(latest);
            self.skipped = self.skipped.saturating_add(passed);
        }
    }

    /// Begins the series anew: the next slot is the first one from `now`.
    pub(super) fn anchor_at(&mut self, now: Timestamp, spec: &ContinuousSpec, address: &Address) {
        let next = self.schedule_in_force(spec).slot_after(now, now);
        self.set_regular_slot(next, spec, address);
    }

    /// Sets a slot of the schedule, whose run may be put off.
    fn set_regular_slot(
        &mut self,
        slot: Option<Timestamp>,
        spec: &ContinuousSpec,
        address: &Address,
    ) {
        self.set_slot(slot);
        let slot = self.life.timers.get(Wake::Schedule);
        self.put_off_ms = slot
            .filter(|_| spec.jitter.is_some())
            .map(|slot| whole_millis(put_off(spec, address, slot)));
    }

    /// Sets the next slot to this time, which is kept to: always later than the last one.
    pub(super) fn set_slot(&mut self, slot: Option<Timestamp>) {
        self.put_off_ms = None;
        let earliest = self.last_slot.map(|last| last + Duration::from_millis(1));
        match slot {
            Some(slot) => {
                let slot = earliest.map_or(slot, |at| slot.max(at));
                self.life.timers.set(Wake::Schedule, slot);
            }
            None => self.life.timers.clear(Wake::Schedule),
        }
    }
}

/// By how much the run of a slot is put off: the same whenever it is asked, and spread evenly over instances.
fn put_off(spec: &ContinuousSpec, address: &Address, slot: Timestamp) -> Duration {
    let most = spec.jitter.map_or(0, whole_millis);
    let millis = scatter(address, slot).checked_rem(most);
    Duration::from_millis(millis.unwrap_or_default())
}

/// FNV-1a, with the last steps of SplitMix64: ids and slots of a fleet differ in few bits.
fn scatter(address: &Address, slot: Timestamp) -> u64 {
    let names = address
        .job
        .bytes()
        .chain([0])
        .chain(address.id.as_str().bytes());
    let bytes = names.chain(slot.as_millis().to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InstanceId, JobKind};

    fn address(id: &str) -> Address {
        Address {
            kind: JobKind::Continuous,
            job: "Ticker",
            id: InstanceId::new(id).expect("a valid id"),
        }
    }

    #[test]
    fn a_slot_is_put_off_by_the_same_in_every_version() {
        let slot = Timestamp::from_millis(1_700_000_000_000);
        let spec = ContinuousSpec::every("Ticker", Duration::from_secs(3600))
            .jitter(Duration::from_secs(60));
        let millis = |id| put_off(&spec, &address(id), slot).as_millis();
        assert_eq!([millis("a"), millis("b")], [25_138, 17_724]);
    }

    #[test]
    fn a_fleet_is_spread_evenly() {
        let slot = Timestamp::from_millis(1_700_000_000_000);
        let spec = ContinuousSpec::every("Ticker", Duration::from_secs(3600))
            .jitter(Duration::from_secs(10));
        let mut seconds = [0; 10];
        for number in 0..10_000 {
            let by = put_off(&spec, &address(&format!("user-{number}")), slot);
            seconds[by.as_secs() as usize] += 1;
        }
        assert!(
            seconds.iter().all(|count| (900..1100).contains(count)),
            "{seconds:?}"
        );
    }
}

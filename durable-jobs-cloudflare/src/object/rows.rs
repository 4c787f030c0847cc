//! Commits: the rows of a step and its alarm in one transaction.

use std::{cell::RefCell, panic::AssertUnwindSafe};

use durable_jobs_runtime::{
    StorageError,
    storage::{Batch, Loaded},
};
use wasm_bindgen::JsValue;

use super::{alarm::Alarm, clock};
use crate::{
    platform::{Sql, Storage},
    store::{Memory, Plan, Wake, after_a_failure, storage_error},
};

/// How long what is due waits after a step could not be stored, in real milliseconds.
const PAUSE_AFTER_A_FAILURE_MS: f64 = 1000.0;

/// How long it waits when the alarm has changed nothing, in real milliseconds: the instance cannot be taken up, for
/// example because a newer version of the job has stored it.
const PAUSE_WITHOUT_PROGRESS_MS: f64 = 60_000.0;

/// The rows of one object, and its alarm.
#[derive(Debug)]
pub(crate) struct Rows {
    storage: Storage,
    sql: Sql,
    pub(crate) alarm: Alarm,
    /// `None` until it is read, and after a commit that failed: what is known of the rows may be wrong then.
    memory: RefCell<Option<Memory>>,
    /// What was read along with the memory, until the engine asks for it or it is out of date.
    read_ahead: RefCell<Option<Loaded>>,
    #[cfg(feature = "testing")]
    pulse: RefCell<Option<durable_jobs_runtime::Pulse>>,
}

impl Rows {
    pub(crate) fn new(storage: Storage) -> Self {
        Self {
            sql: storage.sql(),
            alarm: Alarm::new(storage.clone()),
            memory: RefCell::new(None),
            read_ahead: RefCell::new(None),
            storage,
            #[cfg(feature = "testing")]
            pulse: RefCell::new(None),
        }
    }

    /// Reads everything there is.
    pub(crate) fn load(&self) -> Result<Loaded, StorageError> {
        if let Some(loaded) = self.read_ahead.take() {
            return Ok(loaded);
        }
        // Whoever asks for an instance that does not exist, asks again and again.
        let absent = self.memory.borrow().as_ref().and_then(Memory::absent);
        absent.map_or_else(|| self.read(), Ok)
    }

    fn read(&self) -> Result<Loaded, StorageError> {
        let (memory, loaded) = Memory::load(&self.sql).map_err(|error| storage_error(&error))?;
        self.memory.replace(Some(memory));
        Ok(loaded)
    }

    /// The job and the id of the instance that is or was here.
    pub(crate) fn identity(&self) -> Result<Option<(String, String)>, StorageError> {
        self.with_memory(|memory| {
            let (job, id) = memory.identity()?;
            Some((job.to_owned(), id.to_owned()))
        })
    }

    /// Writes a batch, with the alarm that it asks for.
    pub(crate) fn commit(&self, batch: &Batch) -> Result<(), StorageError> {
        self.read_ahead.replace(None);
        let mut slot = self.memory.borrow_mut();
        let Some(memory) = slot.as_mut() else {
            return Err(after_a_failure());
        };
        let written = memory
            .plan(batch, clock::now())
            .and_then(|plan| self.write(&plan, self.alarm.needed(memory.wake())));
        written.map_err(|error| {
            *slot = None;
            self.alarm.forget();
            storage_error(&error)
        })
    }

    fn write(&self, plan: &Plan, alarm_ms: Option<f64>) -> Result<(), JsValue> {
        // One statement is a transaction of its own.
        if plan.len() + usize::from(alarm_ms.is_some()) <= 1 && !cfg!(feature = "testing") {
            return self.write_in_turn(plan, alarm_ms);
        }
        // What a panic leaves behind is gone with the object.
        let both = AssertUnwindSafe((self, plan));
        let mut write = || {
            let (rows, plan) = *both;
            rows.write_in_turn(plan, alarm_ms)
        };
        self.storage.transaction(&mut write).map(drop)
    }

    fn write_in_turn(&self, plan: &Plan, alarm_ms: Option<f64>) -> Result<(), JsValue> {
        plan.run(&self.sql)?;
        #[cfg(feature = "testing")]
        crate::testing::refuse_if_broken()?;
        alarm_ms.map_or(Ok(()), |at_ms| self.alarm.set(at_ms))
    }

    /// Sets the alarm that is needed and not set, as far as it is known which one is needed.
    pub(crate) fn watch_alarm(&self) -> Result<(), JsValue> {
        let wake = self.memory.borrow().as_ref().map(Memory::wake);
        match wake.and_then(|wake| self.alarm.needed(wake)) {
            Some(at_ms) => self.alarm.set(at_ms),
            None => Ok(()),
        }
    }

    /// Sets the alarm that follows one that has been handled, with `handled` as it was seen before. What an open run
    /// in the rows waits for is this alarm, too: nothing is out any more.
    pub(crate) fn arm_after_alarm(&self, handled: Seen) -> Result<(), JsValue> {
        let failed = self.memory.borrow().is_none();
        let seen = self.see()?;
        let pause_ms = match seen.wake {
            _ if failed => PAUSE_AFTER_A_FAILURE_MS,
            wake if seen == handled && wake.is_due(clock::now()) => PAUSE_WITHOUT_PROGRESS_MS,
            Wake::RunIsOut(_) => PAUSE_AFTER_A_FAILURE_MS,
            _ => 0.0,
        };
        match self.alarm.needed_after(seen.wake, pause_ms) {
            Some(at_ms) => self.alarm.set(at_ms),
            None => Ok(()),
        }
    }

    /// What the rows say, read if need be.
    pub(crate) fn see(&self) -> Result<Seen, JsValue> {
        self.with_memory(|memory| Seen {
            revision: memory.revision(),
            wake: memory.wake(),
        })
        .map_err(|error| JsValue::from_str(&error.to_string()))
    }

    /// When the object wants to be woken, read from its rows if need be.
    #[cfg(feature = "testing")]
    pub(crate) fn wake(&self) -> Result<Wake, JsValue> {
        self.with_memory(Memory::wake)
            .map_err(|error| JsValue::from_str(&error.to_string()))
    }

    /// Deletes everything, if all there is is an instance that has ended long enough ago. Says whether it did.
    pub(crate) async fn bury(&self) -> Result<Buried, JsValue> {
        let over = self
            .with_memory(|memory| memory.is_over(clock::now()))
            .map_err(|error| JsValue::from_str(&error.to_string()))?;
        if !over {
            return Ok(Buried::No);
        }
        // The tables are gone with the call: what is known of them must be forgotten in the same breath.
        let deleted = self.storage.delete_all()?;
        self.memory.replace(None);
        self.read_ahead.replace(None);
        wasm_bindgen_futures::JsFuture::from(deleted).await?;
        Ok(Buried::Yes)
    }

    fn with_memory<T>(&self, read: impl FnOnce(&Memory) -> T) -> Result<T, StorageError> {
        if self.memory.borrow().is_none() {
            let loaded = self.read()?;
            self.read_ahead.replace(Some(loaded));
        }
        match self.memory.borrow().as_ref() {
            Some(memory) => Ok(read(memory)),
            None => Err(after_a_failure()),
        }
    }
}

#[cfg(feature = "testing")]
impl Rows {
    pub(crate) fn watch(&self, pulse: durable_jobs_runtime::Pulse) {
        self.pulse.replace(Some(pulse));
    }

    /// The job and the id of the instance that is here, be it that nothing of it is stored yet.
    pub(crate) fn instance(&self) -> Option<(String, String)> {
        let pulse = self.pulse.borrow();
        let address = pulse.as_ref().map(durable_jobs_runtime::Pulse::address);
        let moved_in = address.map(|at| (at.job.to_owned(), at.id.as_str().to_owned()));
        moved_in.or_else(|| self.identity().ok()?)
    }

    /// The readable name of the instance, if it has been taken up.
    pub(crate) fn name(&self) -> Option<String> {
        let pulse = self.pulse.borrow();
        Some(pulse.as_ref()?.address().name())
    }

    pub(crate) fn busy(&self) -> usize {
        let pulse = self.pulse.borrow();
        pulse.as_ref().map_or(0, durable_jobs_runtime::Pulse::busy)
    }

    /// Sets the alarm that the row asks for, also for a run that was cut off. Beside an alarm that is being delivered none
    /// would come, and its end sets the next one.
    pub(crate) fn derive_alarm(&self) -> Result<(), JsValue> {
        if self.alarm.is_being_delivered() {
            return Ok(());
        }
        match self.alarm.needed_after(self.wake()?, 0.0) {
            Some(at_ms) => self.alarm.set(at_ms),
            None => Ok(()),
        }
    }
}

/// What the rows said at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    revision: u64,
    wake: Wake,
}

/// Whether everything was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Buried {
    Yes,
    No,
}

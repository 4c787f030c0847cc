//! The object's one alarm: a cache of when its row wants it woken.

use std::cell::Cell;

use durable_jobs_runtime::Timestamp;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{
    object::clock,
    platform::{self, Storage},
    store::Wake,
};

/// An alarm that is overdue by more is taken for lost, in real milliseconds.
const LOST_AFTER_MS: f64 = 60_000.0;

/// The alarm of one object.
///
/// It is only ever moved earlier: one that comes too early costs a look, and one that is moved with every event
/// costs a written row each time.
#[derive(Debug)]
pub(crate) struct Alarm {
    storage: Storage,
    pending: Cell<Pending>,
    /// When the last one that came had been set for: the platform takes the same millisecond for no change.
    last_ms: Cell<f64>,
    /// Whether one is being delivered: should the object be gone before the end, the platform brings it again.
    delivery: Cell<Delivery>,
    #[cfg(feature = "testing")]
    come: Cell<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delivery {
    None,
    GoesOn,
}

/// The delivery of an alarm, until it is dropped.
#[derive(Debug)]
pub(crate) struct Delivered<'a>(&'a Alarm);

impl Drop for Delivered<'_> {
    fn drop(&mut self) {
        self.0.delivery.set(Delivery::None);
    }
}

/// Which alarm is set, in real time.
#[derive(Clone, Copy, Debug)]
enum Pending {
    Unknown,
    None,
    At(f64),
}

impl Alarm {
    pub(crate) fn new(storage: Storage) -> Self {
        Self {
            storage,
            pending: Cell::new(Pending::Unknown),
            last_ms: Cell::new(0.0),
            delivery: Cell::new(Delivery::None),
            #[cfg(feature = "testing")]
            come: Cell::new(0),
        }
    }

    /// Asks the platform which alarm is set, once in a stay in memory.
    pub(crate) async fn find(&self) -> Result<(), JsValue> {
        if let Pending::Unknown = self.pending.get() {
            let found = JsFuture::from(self.storage.get_alarm()?).await?;
            let pending = found.as_f64().map_or(Pending::None, Pending::At);
            // What has been set meanwhile is known.
            if let Pending::Unknown = self.pending.get() {
                self.pending.set(pending);
            }
        }
        Ok(())
    }

    /// Notes that the alarm has come: none is set now, and none need be until it has been handled.
    #[must_use]
    pub(crate) fn has_come(&self, scheduled_ms: Option<f64>) -> Delivered<'_> {
        self.pending.set(Pending::None);
        let last_ms = scheduled_ms.unwrap_or_default().max(self.last_ms.get());
        self.last_ms.set(last_ms);
        #[cfg(feature = "testing")]
        self.come.set(self.come.get() + 1);
        self.delivery.set(Delivery::GoesOn);
        Delivered(self)
    }

    /// The real time that the alarm has to be set for, if what is set does not do.
    pub(crate) fn needed(&self, wake: Wake) -> Option<f64> {
        match wake {
            _ if self.delivery.get() == Delivery::GoesOn => None,
            Wake::Never | Wake::RunIsOut(_) => None,
            Wake::At(at) => self.needed_at(at, 0.0),
        }
    }

    /// The same once the alarm has come and nothing is out any more, not before so many real milliseconds.
    pub(crate) fn needed_after(&self, wake: Wake, pause_ms: f64) -> Option<f64> {
        match wake {
            Wake::Never => None,
            Wake::At(at) | Wake::RunIsOut(at) => self.needed_at(at, pause_ms),
        }
    }

    fn needed_at(&self, at: Timestamp, pause_ms: f64) -> Option<f64> {
        let now_ms = platform::now();
        let earliest_ms = now_ms.max(self.last_ms.get()) + 1.0 + pause_ms;
        let at_ms = clock::real_ms(at).max(earliest_ms);
        match self.pending.get() {
            Pending::At(set_ms) if set_ms <= at_ms && now_ms <= set_ms + LOST_AFTER_MS => None,
            _ => Some(at_ms),
        }
    }

    /// Sets the alarm. It is part of the transaction that is open, if one is.
    pub(crate) fn set(&self, at_ms: f64) -> Result<(), JsValue> {
        self.pending.set(Pending::Unknown);
        // The promise tells no more than the call: the write is a row of the same database.
        drop(self.storage.set_alarm(at_ms)?);
        self.pending.set(Pending::At(at_ms));
        #[cfg(feature = "testing")]
        crate::testing::count_rows(1.0);
        Ok(())
    }

    /// Sets the alarm for now, whatever is set.
    #[cfg(feature = "testing")]
    pub(crate) fn set_now(&self) -> Result<(), JsValue> {
        self.set(platform::now().max(self.last_ms.get()) + 1.0)
    }

    /// Whether one has come and has not been handled.
    #[cfg(feature = "testing")]
    pub(crate) fn is_being_delivered(&self) -> bool {
        self.delivery.get() == Delivery::GoesOn
    }

    /// How many have come.
    #[cfg(feature = "testing")]
    pub(crate) fn come(&self) -> u64 {
        self.come.get()
    }

    /// In how many real milliseconds it comes, as far as is known.
    #[cfg(feature = "testing")]
    pub(crate) fn comes_in_ms(&self) -> Option<f64> {
        match self.pending.get() {
            Pending::Unknown | Pending::None => None,
            Pending::At(set_ms) => Some(set_ms - platform::now()),
        }
    }

    /// Forgets which alarm is set: a transaction that may have set it was rolled back.
    pub(crate) fn forget(&self) {
        self.pending.set(Pending::Unknown);
    }
}

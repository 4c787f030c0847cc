//! The clock of a host: the system's, or one that a test moves.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use durable_jobs_runtime::Timestamp;

/// Called after a clock was moved by hand.
pub type JumpListener = Box<dyn Fn() + Send + Sync>;

/// Where a host gets the time from.
pub trait Clock: Send + Sync + 'static {
    /// The time now. It may step back.
    fn now(&self) -> Timestamp;

    /// How much real time passes until the clock shows `moment`: zero when it is reached, `None`
    /// when real time does not bring it nearer and only a jump can.
    fn time_until(&self, moment: Timestamp) -> Option<Duration>;

    /// Registers whoever must look again after a jump. A clock that only real time moves needs none.
    fn on_jump(&self, listener: JumpListener) {
        drop(listener);
    }
}

/// The wall clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the host's clock")]
    fn since_epoch() -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::default() + Self::since_epoch()
    }

    fn time_until(&self, moment: Timestamp) -> Option<Duration> {
        let moment = Duration::from_millis(u64::try_from(moment.as_millis()).unwrap_or(0));
        Some(moment.saturating_sub(Self::since_epoch()))
    }
}

/// A clock that stands still until it is moved: for tests, with [`Host::settled`](crate::Host::settled).
///
/// ```
/// use durable_jobs_embedded::clock::{Clock, ManualClock};
/// use durable_jobs_runtime::Timestamp;
/// use std::time::Duration;
///
/// let clock = ManualClock::new(Timestamp::from_millis(1_700_000_000_000));
/// let same = clock.clone();
/// clock.advance(Duration::from_secs(1));
/// assert_eq!(same.now(), Timestamp::from_millis(1_700_000_001_000));
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<Manual>>);

struct Manual {
    now: Timestamp,
    listeners: Vec<Arc<dyn Fn() + Send + Sync>>,
}

impl ManualClock {
    /// A clock that shows `now`. Its clones are the same clock.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Manual {
            now,
            listeners: Vec::new(),
        })))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }

    /// Moves the clock to a moment, also one in its past.
    pub fn set(&self, now: Timestamp) {
        let listeners = {
            let mut manual = self.lock();
            manual.now = now;
            manual.listeners.clone()
        };
        for listener in listeners {
            listener();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Manual> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn time_until(&self, moment: Timestamp) -> Option<Duration> {
        (moment <= self.now()).then_some(Duration::ZERO)
    }

    fn on_jump(&self, listener: JumpListener) {
        self.lock().listeners.push(listener.into());
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

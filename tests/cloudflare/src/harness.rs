//! A workerd as a host under test.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use durable_jobs_runtime::{
    Timestamp,
    telemetry::Telemetry,
    wire::{Connect, Transport},
};
use durable_jobs_testing::conformance::{
    Departures, FoldKey, Harness, Listing, PanicEnds, Program, Starts, World,
};
use durable_jobs_workerd::Eviction;

use crate::{
    link::{Place, lock, wait_for},
    report::{Alarms, Report},
    settle::pause,
    stand::Stand,
    transport::Ordered,
    worker::{Entry, Idle, Setup, Time},
};

/// 2025-01-01T00:00:00Z, when every case begins.
const BEGINNING: Timestamp = Timestamp::from_millis(1_735_689_600_000);

/// How long a case may take before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(120);

/// A workerd whose clock stands still until it is moved.
pub struct CloudflareHarness {
    pub(crate) stand: Stand,
    clock: Mutex<Timestamp>,
    told: Mutex<Vec<Telemetry>>,
    /// The instance of the wasm module that was seen last.
    module: AtomicU64,
    idle: Idle,
}

impl CloudflareHarness {
    /// One whose objects can be taken out of memory.
    pub async fn evictable(world: World) -> Self {
        Self::begin(Program::First, world, Idle::Leaves).await
    }

    async fn begin(program: Program, world: World, idle: Idle) -> Self {
        let time = Time::Still(BEGINNING);
        let setup = Setup {
            program,
            time,
            idle,
            entry: Entry::Class,
        };
        let stand = Stand::start(setup, world).await;
        let module = stand.link.report().await.module;
        Self {
            stand,
            clock: Mutex::new(BEGINNING),
            told: Mutex::default(),
            module: AtomicU64::new(module),
            idle,
        }
    }

    pub(crate) fn clock(&self) -> Timestamp {
        *lock(&self.clock)
    }

    /// Takes all instances out of memory, and says how many there were.
    pub async fn evict_all(&self) -> usize {
        self.settle().await;
        let evict = |place| {
            let object = self.stand.link.object(place)?;
            let workerd = self.stand.workerd();
            tokio::task::block_in_place(|| workerd.evict(&object.binding, &object.name)).ok()
        };
        let known = self.stand.link.known();
        let evicted = known.iter().filter_map(evict);
        evicted
            .filter(|eviction| *eviction == Eviction::Evicted)
            .count()
    }

    /// What the Worker says of itself. After a panic its objects are in memory again before it says so.
    pub(crate) async fn report(&self) -> Report {
        loop {
            let report = self.stand.link.report().await;
            for object in &report.objects {
                self.stand.link.learn(object);
            }
            if self.module.swap(report.module, Ordering::Relaxed) == report.module {
                return report;
            }
            self.look_at_all().await;
        }
    }

    /// Brings all objects into memory, and sets their alarms by the clock as it is now.
    async fn look_at_all(&self) {
        for place in self.stand.link.known() {
            self.stand.link.derive_alarm(&place).await;
        }
    }

    /// Moves the clock to a time at which something is due, and lets it happen.
    async fn let_happen(&self, due: Timestamp) -> Report {
        self.move_clock(due).await;
        let report = self.report().await;
        for object in report.due(due) {
            self.stand.link.derive_alarm(&object.place).await;
        }
        self.settle().await
    }

    async fn move_clock(&self, time: Timestamp) {
        *lock(&self.clock) = time;
        self.stand.link.ask("/clock", &time).await;
    }

    async fn gather_telemetry(&self) {
        let told = self.stand.link.telemetry().await;
        lock(&self.told).extend(told);
    }
}

impl Harness for CloudflareHarness {
    const PANICS: PanicEnds = PanicEnds::Program;
    const LISTING: Listing = Listing::Unsupported;
    const DEPARTURES: Departures = Departures::Unnoticed;
    const STARTS: Starts = Starts::AfterOthers;

    fn block_on<F: Future>(future: F) -> F::Output {
        block_on(future)
    }

    async fn start(program: Program, world: World) -> Self {
        Self::begin(program, world, Idle::Stays).await
    }

    fn now(&self) -> Timestamp {
        self.clock()
    }

    fn set_clock(&self, time: Timestamp) {
        wait_for(self.move_clock(time));
    }

    async fn advance_to(&self, time: Timestamp) {
        let mut report = self.settle().await;
        if let Idle::Leaves = self.idle {
            // Only those that are in memory say when they are due.
            self.look_at_all().await;
            report = self.settle().await;
        }
        while let Some(due) = report.next_due(self.clock()).filter(|due| *due <= time) {
            report = self.let_happen(due).await;
        }
        if time > self.clock() {
            self.let_happen(time).await;
        }
    }

    async fn restart(&mut self, program: Program, _world: World, time: Timestamp) {
        self.gather_telemetry().await;
        *lock(&self.clock) = time;
        let (time, idle) = (Time::Still(time), self.idle);
        let setup = Setup {
            program,
            time,
            idle,
            entry: Entry::Class,
        };
        self.stand.restart(setup).await;
    }

    async fn wake(&self, job: &'static str, id: &str) {
        let (job, id) = (job.to_owned(), id.to_owned());
        let place = Place { job, id };
        let before = self.report().await.alarms(&place);
        self.stand.link.alarm_now(&place).await;
        while matches!(before, Some(Alarms::Come(_)))
            && self.report().await.alarms(&place) == before
        {
            pause().await;
        }
        self.settle().await;
    }

    fn break_store(&self) {
        wait_for(self.stand.link.ask("/break", &()));
    }

    fn mend_store(&self) {
        wait_for(self.stand.link.ask("/mend", &()));
    }

    fn telemetry(&self) -> Vec<Telemetry> {
        wait_for(self.gather_telemetry());
        lock(&self.told).clone()
    }

    async fn folds(&self, key: FoldKey) -> u64 {
        let folds = self.stand.link.ask("/folds", &key).await;
        serde_json::from_str(&folds).expect("a number of folds")
    }
}

/// Runs a test to its end; one that is stuck fails after two minutes.
pub fn block_on<F: Future>(future: F) -> F::Output {
    block_on_for(PATIENCE, future)
}

/// Runs a test to its end; one that takes longer fails.
pub fn block_on_for<F: Future>(patience: Duration, future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.expect("a tokio runtime");
    #[expect(clippy::disallowed_methods, reason = "a test that is stuck shall fail")]
    let test = async { tokio::time::timeout(patience, future).await };
    runtime
        .block_on(test)
        .expect("the test waits for what never happens")
}

impl Connect for CloudflareHarness {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(Ordered(self.stand.link.clone()))
    }
}

impl fmt::Debug for CloudflareHarness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudflareHarness")
            .field("now", &self.clock())
            .finish_non_exhaustive()
    }
}

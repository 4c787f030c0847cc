//! The embedded host as a host under test: a fresh file, and a clock that the suite moves.

use std::{
    fmt,
    future::Future,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use durable_jobs_embedded::{
    Host, HostBuilder,
    clock::{Clock, ManualClock},
};
use durable_jobs_runtime::{
    Job, Timestamp,
    telemetry::{Observer, Telemetry},
    wire::{Connect, Transport},
};
use durable_jobs_testing::conformance::{Harness, Program, Roster, Services, World};
use rusqlite::Connection;
use tempfile::TempDir;

/// 2025-01-01T00:00:00Z, when every case begins.
const BEGINNING: Timestamp = Timestamp::from_millis(1_735_689_600_000);

/// How long a case may take before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(60);

const REFUSE_WRITES: &str = "
    CREATE TRIGGER refuse_insert BEFORE INSERT ON instance
    BEGIN SELECT RAISE(ABORT, 'the test refuses it'); END;
    CREATE TRIGGER refuse_update BEFORE UPDATE ON instance
    BEGIN SELECT RAISE(ABORT, 'the test refuses it'); END;";
const ALLOW_WRITES: &str = "DROP TRIGGER refuse_insert; DROP TRIGGER refuse_update;";

/// An embedded host on a file of its own.
pub struct EmbeddedHarness {
    folder: TempDir,
    clock: ManualClock,
    told: Told,
    world: World,
    host: Option<Host>,
}

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Telemetry>>>);

impl Observer for Told {
    fn observe(&self, event: &Telemetry) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(event.clone());
    }
}

struct EmbeddedRoster(HostBuilder<Services>);

impl Roster for EmbeddedRoster {
    fn job<J: Job<Env<Services> = Services>>(self) -> Self {
        Self(self.0.job::<J>())
    }
}

impl EmbeddedHarness {
    fn path(&self) -> PathBuf {
        self.folder.path().join("jobs.db")
    }

    fn host(&self) -> &Host {
        self.host
            .as_ref()
            .expect("a host runs between the steps of a case")
    }

    /// The file as another program sees it.
    fn file(&self) -> Connection {
        Connection::open(self.path()).expect("the file can be opened beside the host")
    }

    async fn open(&mut self, program: Program) {
        let builder = Host::open(self.path())
            .env(self.world.services())
            .clock(self.clock.clone())
            .observer(self.told.clone())
            .without_tracing();
        let EmbeddedRoster(builder) = program.enlist(EmbeddedRoster(builder));
        self.host = Some(
            builder
                .start()
                .await
                .expect("the host starts on its own file"),
        );
    }

    /// Waits until all is done but what waits for the world.
    async fn settle(&self) {
        self.host().settled_except(|| self.world.waiting()).await;
    }

    /// The first timer that is due later than now and not after `limit`.
    fn next_due(&self, limit: Timestamp) -> Option<Timestamp> {
        let file = self.file();
        let between = (self.clock.now().as_millis(), limit.as_millis());
        let query = "SELECT min(wake_at) FROM instance WHERE wake_at > ?1 AND wake_at <= ?2";
        let due: Option<i64> = file
            .query_row(query, between, |row| row.get(0))
            .expect("an answer");
        due.map(Timestamp::from_millis)
    }
}

impl Harness for EmbeddedHarness {
    fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        let runtime = runtime.expect("a tokio runtime");
        #[expect(clippy::disallowed_methods, reason = "a case that is stuck shall fail")]
        let case = async { tokio::time::timeout(PATIENCE, future).await };
        runtime
            .block_on(case)
            .expect("the case waits for what never happens")
    }

    async fn start(program: Program, world: World) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = ManualClock::new(BEGINNING);
        let mut harness = Self {
            folder,
            clock,
            told: Told::default(),
            world,
            host: None,
        };
        harness.open(program).await;
        harness
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn set_clock(&self, time: Timestamp) {
        self.clock.set(time);
    }

    async fn advance_to(&self, time: Timestamp) {
        self.settle().await;
        while let Some(due) = self.next_due(time) {
            self.clock.set(due);
            self.settle().await;
        }
        if time > self.clock.now() {
            self.clock.set(time);
            self.settle().await;
        }
    }

    async fn restart(&mut self, program: Program, _world: World, time: Timestamp) {
        if let Some(host) = self.host.take() {
            host.kill().await;
        }
        self.clock.set(time);
        self.open(program).await;
    }

    async fn wake(&self, job: &'static str, id: &str) {
        self.host().wake(job, id);
        self.settle().await;
    }

    fn break_store(&self) {
        self.file()
            .execute_batch(REFUSE_WRITES)
            .expect("triggers can be made beside the host");
    }

    fn mend_store(&self) {
        self.file()
            .execute_batch(ALLOW_WRITES)
            .expect("triggers can be dropped beside the host");
    }

    fn telemetry(&self) -> Vec<Telemetry> {
        self.told
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Connect for EmbeddedHarness {
    fn transport(&self) -> Arc<dyn Transport> {
        self.host().transport()
    }
}

impl fmt::Debug for EmbeddedHarness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedHarness")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}

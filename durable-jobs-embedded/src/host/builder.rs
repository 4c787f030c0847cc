//! How a host is put together.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

#[cfg(feature = "tracker")]
use durable_jobs_runtime::Tracker;
use durable_jobs_runtime::{
    Engine, Entry, Job, MaybeSend, MaybeSync, Registry, Settings, Timestamp, storage::Port,
    telemetry::Observer,
};
use tokio::runtime::Handle;

use super::{Host, Running, port::EmbeddedPort, threads::Serving};
#[cfg(feature = "tracker")]
use crate::tracker::Tracking;
use crate::{
    OpenError, TracingObserver,
    clock::{Clock, SystemClock},
    file::{JobFile, Limits},
    observe::Observers,
    store::ChangedJob,
    timer::Timers,
};

/// How many timers are kept in memory unless the user says otherwise: about 1 MB of them.
const TIMERS_IN_MEMORY: usize = 10_000;

/// How long a shutdown waits for handlers unless the user says otherwise.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(30);

/// Describes a host; made by [`Host::open`]. `E` is the type of the services that its jobs get.
#[must_use = "a host runs after `start().await`"]
pub struct HostBuilder<E> {
    env: Arc<E>,
    settings: BuilderSettings,
}

struct BuilderSettings {
    path: PathBuf,
    entries: Vec<Entry>,
    observers: Vec<Box<dyn Observer>>,
    tracing: Option<TracingObserver>,
    #[cfg(feature = "tracker")]
    tracker: Option<Tracker>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    engine: Settings,
    shutdown_deadline: Duration,
    timers_in_memory: usize,
}

impl HostBuilder<()> {
    pub(super) fn new(path: PathBuf) -> Self {
        let settings = BuilderSettings {
            path,
            entries: Vec::new(),
            observers: Vec::new(),
            tracing: Some(TracingObserver),
            #[cfg(feature = "tracker")]
            tracker: None,
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
            engine: Settings::default(),
            shutdown_deadline: SHUTDOWN_DEADLINE,
            timers_in_memory: TIMERS_IN_MEMORY,
        };
        Self {
            env: Arc::new(()),
            settings,
        }
    }

    /// Gives the services that handlers find as `ctx.env()`. Jobs that are added after this have this `Env`.
    pub fn env<E: MaybeSend + MaybeSync + 'static>(self, services: E) -> HostBuilder<E> {
        HostBuilder {
            env: Arc::new(services),
            settings: self.settings,
        }
    }
}

impl<E: MaybeSend + MaybeSync + 'static> HostBuilder<E> {
    /// Adds a job. Rows of jobs that are not added stay in the file as they are.
    pub fn job<J: Job<Env<E> = E>>(mut self) -> Self {
        let env = Arc::clone(&self.env);
        self.settings.entries.push(J::entry::<E>(env));
        self
    }

    /// Adds an observer of what jobs tell. May be called several times.
    ///
    /// Observers are called after the commit of what they are told, mostly by the task that releases answers:
    /// commits go on beside them, answers wait for them. One that panics loses that event.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.settings.observers.push(Box::new(observer));
        self
    }

    /// Sends what jobs tell to an HTTP endpoint. [`Host::shutdown`] sends what is left, as far as it goes within the
    /// tracker's limit.
    #[cfg(feature = "tracker")]
    pub fn tracker(mut self, tracker: Tracker) -> Self {
        self.settings.tracker = Some(tracker);
        self
    }

    /// Leaves out [`TracingObserver`], which is there by default.
    pub fn without_tracing(mut self) -> Self {
        self.settings.tracing = None;
        self
    }

    /// Replaces the system's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// How long [`Host::shutdown`] waits for handlers before it releases their runs. Default: 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.settings.shutdown_deadline = deadline;
        self
    }

    /// About how many instances stay in memory while nothing goes on in them; the others are read from the file
    /// when they are needed. Default: 10,000.
    pub fn instances_in_memory(mut self, count: usize) -> Self {
        self.settings.engine.max_resident = count;
        self
    }

    /// How many calls may wait for their answers. Further ones are refused at once, as
    /// [`ClientError::Overloaded`](durable_jobs_runtime::ClientError::Overloaded), and nothing of them is written; those of
    /// handlers are always taken. Default: 100,000.
    pub fn max_calls(mut self, count: usize) -> Self {
        self.settings.engine.max_calls = count;
        self
    }

    /// How many bytes of states, events and messages the calls may bring that wait for their answers, beside the limit
    /// of [`max_calls`](Self::max_calls). One call that alone brings more is taken when no other waits. Default: 256 MiB.
    pub fn max_call_bytes(mut self, bytes: usize) -> Self {
        self.settings.engine.max_call_bytes = bytes;
        self
    }

    /// How many timers are kept in memory; the others are read from the file when their time comes near.
    /// Default: 10,000. At least 1.
    pub fn timers_in_memory(mut self, count: usize) -> Self {
        self.settings.timers_in_memory = count;
        self
    }

    /// The largest size of the file in bytes, its log not counted. A call that would need more fails like on a
    /// full disk. Default: no limit.
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.settings.limits.max_file_bytes = Some(bytes);
        self
    }

    /// The largest state or event in bytes of JSON. A call that would need more fails. Default: 1,000,000,000.
    pub fn max_value_bytes(mut self, bytes: u32) -> Self {
        self.settings.limits.max_value_bytes = Some(bytes);
        self
    }

    /// Opens the file, takes up what was left there, and begins to run what is due, on the tokio runtime of
    /// the caller.
    ///
    /// It should be a multi-thread one: on a current-thread runtime nothing is answered while other code
    /// keeps the thread.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]. A file that is refused is left as it was.
    pub async fn start(self) -> Result<Host, OpenError> {
        self.settings.start().await
    }
}

impl BuilderSettings {
    async fn start(mut self) -> Result<Host, OpenError> {
        let runtime = Handle::try_current().map_err(|_| OpenError::NoRuntime)?;
        let registry = registry(std::mem::take(&mut self.entries))?;
        let (path, limits) = (self.path.clone(), self.limits.clone());
        let now = self.clock.now();
        let (file, registry, changed_jobs) = runtime
            .spawn_blocking(move || open(&path, &limits, now, registry))
            .await
            .map_err(|error| self.io_error(error.into()))??;
        self.run(runtime, registry, file, changed_jobs)
    }

    fn run(
        self,
        runtime: Handle,
        registry: Registry,
        file: JobFile,
        changed_jobs: Vec<ChangedJob>,
    ) -> Result<Host, OpenError> {
        let timers = Timers::new(Arc::clone(&self.clock), self.timers_in_memory);
        let serving = Serving::start(file, Arc::clone(&self.clock), Arc::clone(&timers), &runtime)
            .map_err(|error| self.io_error(error))?;
        let mut observers = self.observers;
        observers.extend(
            self.tracing
                .map(|tracing| Box::new(tracing) as Box<dyn Observer>),
        );
        #[cfg(feature = "tracker")]
        let tracking = start_tracking(self.tracker, &mut observers).map_err(|source| {
            let path = self.path.clone();
            OpenError::Io { path, source }
        })?;
        let port = Arc::new(EmbeddedPort::new(
            self.clock,
            runtime.clone(),
            serving.writer(),
            serving.reader(),
            Observers::new(observers),
        ));
        let engine = Engine::new(registry, Arc::clone(&port) as Arc<dyn Port>, self.engine);
        let threads = serving
            .deliver_timers(engine.clone(), runtime, changed_jobs)
            .map_err(|source| OpenError::Io {
                path: self.path.clone(),
                source,
            })?;
        let (path, shutdown_deadline) = (self.path, self.shutdown_deadline);
        Ok(Host(Arc::new(Running {
            path,
            engine,
            port,
            timers,
            threads,
            shutdown_deadline,
            #[cfg(feature = "tracker")]
            tracking,
        })))
    }

    fn io_error(&self, source: std::io::Error) -> OpenError {
        OpenError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

/// Begins to send what an observer is told.
#[cfg(feature = "tracker")]
fn start_tracking(
    tracker: Option<Tracker>,
    observers: &mut Vec<Box<dyn Observer>>,
) -> std::io::Result<Option<Arc<Tracking>>> {
    let tracking = tracker.map(Tracking::start).transpose()?.map(Arc::new);
    for tracking in tracking.iter().cloned() {
        observers.push(Box::new(tracking));
    }
    Ok(tracking)
}

type Opened = (JobFile, Registry, Vec<ChangedJob>);

fn open(
    path: &Path,
    limits: &Limits,
    now: Timestamp,
    registry: Registry,
) -> Result<Opened, OpenError> {
    let file = JobFile::open(path, limits)?;
    let changed_jobs = file.changed_jobs(path, &registry)?;
    file.forget_expired(path, now)?;
    Ok((file, registry, changed_jobs))
}

fn registry(entries: Vec<Entry>) -> Result<Registry, OpenError> {
    let mut registry = Registry::new();
    for entry in entries {
        registry.add(entry)?;
    }
    registry.check()?;
    Ok(registry)
}

impl<E> fmt::Debug for HostBuilder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostBuilder")
            .field("path", &self.settings.path)
            .field("jobs", &self.settings.entries.len())
            .finish_non_exhaustive()
    }
}

//! What the thread does.

use std::{
    collections::BTreeSet,
    io,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use durable_jobs_runtime::{Address, Engine, Timestamp};
use rusqlite::Connection;
use tokio::runtime::Handle;

use super::{
    Timers, Work, ahead::Ahead, overdue::Watchdog, revisit::Revisit, threads::FreeThreads,
};
use crate::{
    reader::Reader,
    store::{ChangedJob, DueRow, Slot, page},
    writer::Writer,
};

/// The longest wait before the clock is looked at again, which may have jumped.
const PATIENCE: Duration = Duration::from_secs(1);

/// More instances are not woken while this many are still to be read.
const MAX_BACKLOG: usize = 512;

/// Wakes instances of one engine.
pub(crate) struct Waker {
    pub(crate) engine: Engine,
    pub(crate) reader: Reader,
    pub(crate) writer: Writer,
    pub(crate) connection: Connection,
    pub(crate) runtime: Handle,
}

/// Starts the thread. It ends after [`Timers::stop`].
pub(crate) fn start(
    timers: Arc<Timers>,
    waker: Waker,
    changed_jobs: Vec<ChangedJob>,
) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new()
        .name("durable-jobs-timer".into())
        .spawn(move || {
            // A wake may drive an instance right here, and its handlers use tokio.
            let runtime = waker.runtime.clone();
            let _entered = runtime.enter();
            let revisit = (!changed_jobs.is_empty()).then(|| Revisit::new(changed_jobs));
            let (watchdog, unknown_jobs) = (Watchdog::new(), BTreeSet::new());
            let last_look = timers.clock.now();
            let ahead = Some(Ahead::new(last_look));
            Delivery {
                timers,
                waker,
                watchdog,
                revisit,
                ahead,
                last_look,
                unknown_jobs,
                free_threads: FreeThreads::default(),
                looked_at: now(),
            }
            .serve();
        })
}

#[expect(
    clippy::disallowed_methods,
    reason = "threads are blocked in real time"
)]
fn now() -> Instant {
    Instant::now()
}

struct Delivery {
    timers: Arc<Timers>,
    waker: Waker,
    watchdog: Watchdog,
    revisit: Option<Revisit>,
    ahead: Option<Ahead>,
    last_look: Timestamp,
    unknown_jobs: BTreeSet<String>,
    free_threads: FreeThreads,
    looked_at: Instant,
}

impl Delivery {
    fn serve(&mut self) {
        loop {
            self.go_on_revisiting();
            self.go_on_looking_ahead();
            self.look_for_threads();
            let patience = if self.revisit.is_some() || self.ahead.is_some() {
                Duration::ZERO
            } else {
                PATIENCE
            };
            match self.timers.next_work(patience) {
                Work::Wake(addresses) => self.wake(&addresses),
                Work::ReadPage { first, limit } => self.read_page(first, limit),
                Work::LookForOverdue => self.wake_overdue(),
                Work::LookAround => {}
                Work::Stop => return,
            }
        }
    }

    fn look_for_threads(&mut self) {
        if self.looked_at.elapsed() >= PATIENCE {
            self.looked_at = now();
            self.free_threads.look(&self.waker.runtime);
        }
    }

    fn go_on_revisiting(&mut self) {
        let Some(revisit) = &mut self.revisit else {
            return;
        };
        if let Err(error) = revisit.step(&self.waker.connection, &self.waker.engine) {
            tracing::error!(target: "durable_jobs", %error, "instances could not be read from the file");
            self.timers.pause(PATIENCE);
        }
        if revisit.goes_on() {
            self.let_reader_catch_up();
        } else if let Some(revisit) = self.revisit.take() {
            self.remember_schedules(revisit.into_changed());
        }
    }

    fn go_on_looking_ahead(&mut self) {
        let Some(ahead) = &mut self.ahead else {
            return;
        };
        match ahead.step(&self.waker.connection) {
            Ok(Some(rows)) => {
                let known = self.known(rows);
                known
                    .iter()
                    .for_each(|(_, address)| self.waker.engine.wake(address));
                self.let_reader_catch_up();
            }
            Ok(None) => self.ahead = None,
            Err(error) => {
                tracing::error!(target: "durable_jobs", %error, "instances could not be read from the file");
                self.timers.pause(PATIENCE);
            }
        }
    }

    /// Once all that the wakes led to is written, and not before: a crash must not hide a change.
    fn remember_schedules(&self, changed: Vec<ChangedJob>) {
        let (drained, writer) = (self.waker.engine.drained(), self.waker.writer.clone());
        self.waker.runtime.spawn(async move {
            drained.await;
            writer.remember_schedules(changed);
        });
    }

    fn wake(&self, addresses: &[Address]) {
        for address in addresses {
            self.waker.engine.wake(address);
        }
        self.let_reader_catch_up();
    }

    fn let_reader_catch_up(&self) {
        while self.waker.reader.backlog() > MAX_BACKLOG && !self.timers.is_stopped() {
            self.timers.pause(Duration::from_millis(1));
        }
    }

    fn read_page(&mut self, first: Slot, limit: usize) {
        match page(&self.waker.connection, first, limit) {
            Ok(rows) => {
                let horizon = rows
                    .last()
                    .filter(|_| rows.len() == limit)
                    .map(|last| last.slot.next());
                let timers = self.known(rows);
                self.timers.end_page(timers, horizon);
            }
            Err(error) => {
                tracing::error!(target: "durable_jobs", %error, "timers could not be read from the file");
                self.timers.abandon_page();
                self.timers.pause(PATIENCE);
            }
        }
    }

    fn wake_overdue(&mut self) {
        let now = self.timers.clock.now();
        if Ahead::has_stepped_back(self.last_look, now) {
            self.ahead = Some(Ahead::new(now));
        }
        self.last_look = now;
        match self.watchdog.look(&self.waker.connection, now) {
            Ok(rows) => {
                for (_, address) in self.known(rows) {
                    self.waker.engine.wake(&address);
                }
            }
            Err(error) => {
                tracing::error!(target: "durable_jobs", %error, "overdue timers could not be read from the file");
            }
        }
    }

    /// Leaves out rows of jobs that this program does not have. They stay in the file as they are.
    fn known(&mut self, rows: Vec<DueRow>) -> Vec<(Slot, Address)> {
        let mut known = Vec::with_capacity(rows.len());
        for DueRow { slot, job, id } in rows {
            match self.waker.engine.address(&job, &id) {
                Some(address) => known.push((slot, address)),
                None => self.report_unknown(job),
            }
        }
        known
    }

    fn report_unknown(&mut self, job: String) {
        if !self.unknown_jobs.contains(&job) {
            tracing::warn!(
                target: "durable_jobs",
                job,
                "the file has instances of a job that this program does not register: they are left alone"
            );
            self.unknown_jobs.insert(job);
        }
    }
}

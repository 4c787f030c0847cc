//! The thread that writes, and the task that tells what was written.

mod group;
mod release;
mod statistics;
mod sync;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use durable_jobs_runtime::storage::{Batch, Completion};
use rusqlite::Connection;
use tokio::{
    runtime::Handle,
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

pub use self::statistics::CommitStatistics;
use self::{group::GroupCommit, statistics::Counters};
use crate::{
    clock::Clock,
    store::{ChangedJob, Rearm},
    timer::Timers,
};

/// The most batches that share one transaction. More would make the first of them wait for little gain.
const MAX_GROUP: usize = 1_024;

/// A batch with whoever waits for it.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) batch: Batch,
    pub(crate) completion: Completion,
}

enum Message {
    Submit(Submission),
    RememberSchedules(Vec<ChangedJob>),
    Stop,
}

/// Hands batches to the thread that writes.
#[derive(Clone)]
pub(crate) struct Writer {
    messages: Sender<Message>,
    killed: Arc<AtomicBool>,
    counters: Arc<Counters>,
}

impl Writer {
    /// Starts the thread, and the task that it feeds. They end after [`Writer::stop`] or [`Writer::kill`].
    pub(crate) fn start(
        connection: Connection,
        clock: Arc<dyn Clock>,
        timers: Arc<Timers>,
        runtime: &Handle,
    ) -> io::Result<(Self, thread::JoinHandle<()>)> {
        let (messages, received) = channel();
        let (settled, to_release) = unbounded_channel();
        let killed = Arc::new(AtomicBool::new(false));
        let (seen, entered) = (Arc::clone(&killed), runtime.clone());
        let counters = Arc::<Counters>::default();
        let counting = Arc::clone(&counters);
        let thread = thread::Builder::new()
            .name("durable-jobs-write".into())
            .spawn(move || {
                // A completion that is dropped may drive an instance right here, and its handlers use tokio.
                let _entered = entered.enter();
                serve(
                    &mut GroupCommit::new(connection, clock),
                    &received,
                    &settled,
                    &seen,
                    &counting,
                );
            })?;
        // From a task, answers wake those who wait for them more cheaply than from a thread.
        runtime.spawn(release::serve(to_release, timers));
        let writer = Self {
            messages,
            killed,
            counters,
        };
        Ok((writer, thread))
    }

    /// What was committed so far.
    pub(crate) fn statistics(&self) -> CommitStatistics {
        self.counters.read()
    }

    /// Takes a batch in. After a stop the completion is dropped, which tells that the host is closed.
    pub(crate) fn submit(&self, submission: Submission) {
        let _ = self.messages.send(Message::Submit(submission));
    }

    /// Notes that the instances in the file have seen these schedules.
    pub(crate) fn remember_schedules(&self, jobs: Vec<ChangedJob>) {
        // After a stop the next start shows them again.
        let _ = self.messages.send(Message::RememberSchedules(jobs));
    }

    /// Lets the thread end after what was submitted until now.
    pub(crate) fn stop(&self) {
        // The thread has already ended when this fails.
        let _ = self.messages.send(Message::Stop);
    }

    /// Lets the thread end at once: what is not committed yet is lost, as in a crash.
    pub(crate) fn kill(&self) {
        self.killed.store(true, Ordering::Release);
        self.stop();
    }
}

fn serve(
    commit: &mut GroupCommit,
    messages: &Receiver<Message>,
    settled: &UnboundedSender<Vec<release::Settled>>,
    killed: &AtomicBool,
    counters: &Counters,
) {
    while let Ok(first) = messages.recv() {
        let mut stops = false;
        let mut group = Vec::new();
        for message in std::iter::once(first).chain(messages.try_iter().take(MAX_GROUP - 1)) {
            match message {
                Message::Submit(submission) => group.push(submission),
                Message::RememberSchedules(jobs) => commit.remember_schedules(&jobs),
                Message::Stop => stops = true,
            }
        }
        if killed.load(Ordering::Acquire) {
            return;
        }
        counters.count_group(group.len());
        // The task outlives this thread, unless tokio has shut down: then nobody waits any more.
        let _ = settled.send(commit.commit(group));
        if stops {
            return;
        }
    }
}

/// What is known of a batch once its fate is.
type Fate = Result<Option<Rearm>, durable_jobs_runtime::StorageError>;

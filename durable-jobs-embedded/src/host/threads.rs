//! The threads of a host, and the lock that is given back when they have ended.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use durable_jobs_runtime::Engine;
use rusqlite::Connection;
use tokio::runtime::Handle;

use crate::{
    clock::Clock,
    file::{FileLock, JobFile},
    reader::Reader,
    store::ChangedJob,
    timer::{self, Timers},
    writer::{CommitStatistics, Writer},
};

/// Threads that serve the engine, before there is one.
pub(super) struct Serving {
    threads: Threads,
    timer_connection: Connection,
}

/// All threads of a host.
pub(super) struct Threads {
    writer: Writer,
    reader: Reader,
    timers: Arc<Timers>,
    reading: Mutex<Vec<JoinHandle<()>>>,
    writing: Mutex<Vec<JoinHandle<()>>>,
    lock: Mutex<Option<FileLock>>,
}

impl Serving {
    /// Starts the threads that read and write.
    pub(super) fn start(
        file: JobFile,
        clock: Arc<dyn Clock>,
        timers: Arc<Timers>,
        runtime: &Handle,
    ) -> io::Result<Self> {
        let JobFile {
            writer,
            instances,
            lookups,
            timers: timer_connection,
            lock,
        } = file;
        let (reader, reading) = Reader::start(instances, lookups)?;
        let (writer, writing) = Writer::start(writer, clock, Arc::clone(&timers), runtime)?;
        let threads = Threads {
            writer,
            reader,
            timers,
            reading: Mutex::new(vec![reading]),
            writing: Mutex::new(vec![writing]),
            lock: Mutex::new(Some(lock)),
        };
        Ok(Self {
            threads,
            timer_connection,
        })
    }

    pub(super) fn writer(&self) -> Writer {
        self.threads.writer.clone()
    }

    pub(super) fn reader(&self) -> Reader {
        self.threads.reader.clone()
    }

    /// Starts the thread that wakes instances.
    pub(super) fn deliver_timers(
        self,
        engine: Engine,
        runtime: Handle,
        changed_jobs: Vec<ChangedJob>,
    ) -> io::Result<Threads> {
        let Self {
            threads,
            timer_connection: connection,
        } = self;
        let (reader, writer) = (threads.reader.clone(), threads.writer.clone());
        let waker = timer::Waker {
            engine,
            reader,
            writer,
            connection,
            runtime,
        };
        let thread = timer::start(Arc::clone(&threads.timers), waker, changed_jobs)?;
        locked(&threads.reading).push(thread);
        Ok(threads)
    }
}

impl Threads {
    pub(super) fn commit_statistics(&self) -> CommitStatistics {
        self.writer.statistics()
    }

    /// Ends the threads when all that was submitted is written, and gives the file back.
    pub(super) fn finish(&self) {
        self.stop_reading();
        self.writer.stop();
        self.join_writing();
    }

    /// Ends the threads at once, and gives the file back.
    pub(super) fn kill(&self) {
        self.writer.kill();
        self.stop_reading();
        self.join_writing();
    }

    fn stop_reading(&self) {
        self.timers.stop();
        self.reader.stop();
        join(&self.reading);
    }

    /// The writer's connection is the last one to close: that is when SQLite clears its log away.
    fn join_writing(&self) {
        join(&self.writing);
        drop(locked(&self.lock).take());
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whoever drops a host may be one of its threads, which ends after that.
fn join(threads: &Mutex<Vec<JoinHandle<()>>>) {
    let threads = std::mem::take(&mut *locked(threads));
    for thread in threads {
        if thread.thread().id() != thread::current().id() {
            // A panic has been reported by its thread.
            let _ = thread.join();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

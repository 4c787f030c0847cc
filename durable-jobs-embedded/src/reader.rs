//! The thread that reads instances.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use durable_jobs_runtime::{Address, StorageError, StorageFault, storage::Stored};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::{load, storage_error};

/// How many instances are read in one transaction, when as many are asked for.
const GROUP: usize = 64;

type Loaded = Result<Option<Stored>, StorageError>;

enum Message {
    Load(Address, oneshot::Sender<Loaded>),
    Stop,
}

/// Asks the thread that reads.
#[derive(Clone)]
pub(crate) struct Reader {
    requests: Sender<Message>,
    waiting: Arc<AtomicUsize>,
}

impl Reader {
    /// Starts the thread. It ends after [`Reader::stop`].
    pub(crate) fn start(connection: Connection) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (requests, received) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&waiting);
        let thread = thread::Builder::new()
            .name("durable-jobs-read".into())
            .spawn(move || serve(&connection, &received, &counted))?;
        Ok((Self { requests, waiting }, thread))
    }

    /// Reads an instance.
    pub(crate) async fn load(&self, address: Address) -> Loaded {
        let (answer, answered) = oneshot::channel();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.requests.send(Message::Load(address, answer)).is_err() {
            return Err(closed());
        }
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// How many instances are still to be read.
    pub(crate) fn backlog(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Lets the thread end after what it was asked for until now.
    pub(crate) fn stop(&self) {
        // The thread has already ended when this fails.
        let _ = self.requests.send(Message::Stop);
    }
}

fn closed() -> StorageError {
    StorageError::new(StorageFault::Closed, "the host has stopped: start it again")
}

fn serve(connection: &Connection, requests: &Receiver<Message>, waiting: &AtomicUsize) {
    while let Ok(first) = requests.recv() {
        let mut group = vec![first];
        group.extend(requests.try_iter().take(GROUP));
        if !serve_group(connection, group, waiting) {
            return;
        }
    }
}

/// Every request of the group came before its transaction, so each sees all that was committed before it.
fn serve_group(connection: &Connection, group: Vec<Message>, waiting: &AtomicUsize) -> bool {
    let begun = connection.execute_batch("BEGIN");
    let mut goes_on = true;
    for message in group {
        match message {
            Message::Load(address, answer) => {
                let loaded = match &begun {
                    Ok(()) => load(connection, &address).map_err(|error| storage_error(&error)),
                    Err(error) => Err(storage_error(error)),
                };
                waiting.fetch_sub(1, Ordering::Relaxed);
                // Nobody waits any more when this fails.
                let _ = answer.send(loaded);
            }
            Message::Stop => goes_on = false,
        }
    }
    if begun.is_ok() && connection.execute_batch("COMMIT").is_err() {
        // A read transaction that cannot end would keep showing the past.
        let _ = connection.execute_batch("ROLLBACK");
    }
    goes_on
}

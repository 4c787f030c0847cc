//! The thread that reads instances, and the look whether there is anything to read.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use durable_jobs_runtime::{
    Address, ListQuery, Listed, StorageError, StorageFault, storage::Loaded,
};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::{Statements, exists, list, load, storage_error};

/// How many instances are read in one transaction, when as many are asked for.
const GROUP: usize = 64;

type Reading = Result<Loaded, StorageError>;

enum Message {
    Load(Address, oneshot::Sender<Reading>),
    List(
        ListQuery,
        oneshot::Sender<Result<Vec<Listed>, StorageError>>,
    ),
    Stop,
}

/// Asks the thread that reads.
#[derive(Clone)]
pub(crate) struct Reader {
    requests: Sender<Message>,
    waiting: Arc<AtomicUsize>,
    lookups: Arc<Mutex<Option<Connection>>>,
}

impl Reader {
    /// Starts the thread. It ends after [`Reader::stop`].
    pub(crate) fn start(
        connection: Connection,
        lookups: Connection,
    ) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (requests, received) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&waiting);
        let thread = thread::Builder::new()
            .name("durable-jobs-read".into())
            .spawn(move || serve(&connection, &received, &counted))?;
        let lookups = Arc::new(Mutex::new(Some(lookups)));
        let reader = Self {
            requests,
            waiting,
            lookups,
        };
        Ok((reader, thread))
    }

    /// Reads an instance.
    pub(crate) async fn load(&self, address: Address) -> Reading {
        if self.is_absent(&address) {
            return Ok(Loaded::default());
        }
        let (answer, answered) = oneshot::channel();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.requests.send(Message::Load(address, answer)).is_err() {
            return Err(closed());
        }
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Lists instances.
    pub(crate) async fn list(&self, query: ListQuery) -> Result<Vec<Listed>, StorageError> {
        let (answer, answered) = oneshot::channel();
        if self.requests.send(Message::List(query, answer)).is_err() {
            return Err(closed());
        }
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Whether the instance surely has no rows. One look at an index takes less time than asking the thread, so
    /// a new instance is begun on the caller's own thread. Whoever would have to wait for the look goes the
    /// other way.
    fn is_absent(&self, address: &Address) -> bool {
        let Ok(lookups) = self.lookups.try_lock() else {
            return false;
        };
        let found = lookups.as_ref().map(|lookups| exists(lookups, address));
        matches!(found, Some(Ok(false)))
    }

    /// How many instances are still to be read.
    pub(crate) fn backlog(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Lets the thread end after what it was asked for until now.
    pub(crate) fn stop(&self) {
        // The thread has already ended when this fails.
        let _ = self.requests.send(Message::Stop);
        let mut lookups = self.lookups.lock().unwrap_or_else(PoisonError::into_inner);
        *lookups = None;
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
    let mut statements = Statements::new(connection);
    let mut goes_on = true;
    for message in group {
        match message {
            Message::Load(address, answer) => {
                let loaded = match &begun {
                    Ok(()) => {
                        load(&mut statements, &address).map_err(|error| storage_error(&error))
                    }
                    Err(error) => Err(storage_error(error)),
                };
                waiting.fetch_sub(1, Ordering::Relaxed);
                // Nobody waits any more when this fails.
                let _ = answer.send(loaded);
            }
            Message::List(query, answer) => {
                let listed = match &begun {
                    Ok(()) => list(connection, &query).map_err(|error| storage_error(&error)),
                    Err(error) => Err(storage_error(error)),
                };
                let _ = answer.send(listed);
            }
            Message::Stop => goes_on = false,
        }
    }
    drop(statements);
    if begun.is_ok() && connection.execute_batch("COMMIT").is_err() {
        // A read transaction that cannot end would keep showing the past.
        let _ = connection.execute_batch("ROLLBACK");
    }
    goes_on
}

//! The CRM of the demonstration: it takes updates, sometimes only at the second try, and can log them.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use durable_jobs::{BoxFuture, JobResult};
use quickstart::{services::Crm, webhooks::ContactUpdate};
use serde::Serialize;

/// Every so many calls one fails, so that retries can be seen.
const CALLS_PER_FAILURE: u64 = 11;

#[derive(Debug)]
pub(crate) struct DemoCrm {
    log: Option<Mutex<File>>,
    calls: AtomicU64,
}

/// A line of the log.
#[derive(Serialize)]
struct Received<'a> {
    contact: &'a str,
    idempotency_key: &'a str,
    #[serde(flatten)]
    update: &'a ContactUpdate,
}

impl DemoCrm {
    /// A CRM that appends what it receives to the file at `log`.
    pub(crate) fn new(log: Option<&Path>) -> io::Result<Self> {
        let open = |path| OpenOptions::new().create(true).append(true).open(path);
        let log = log.map(open).transpose()?.map(Mutex::new);
        Ok(Self {
            log,
            calls: AtomicU64::new(0),
        })
    }

    fn receive(&self, received: &Received<'_>) -> JobResult {
        if self.calls.fetch_add(1, Ordering::Relaxed) % CALLS_PER_FAILURE == CALLS_PER_FAILURE - 1 {
            return Err("the CRM answered 503".into());
        }
        let Some(log) = &self.log else { return Ok(()) };
        let mut line = serde_json::to_vec(received)?;
        line.push(b'\n');
        Ok(log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(&line)?)
    }
}

impl Crm for DemoCrm {
    fn update<'a>(
        &'a self,
        contact: &'a str,
        idempotency_key: &'a str,
        update: &'a ContactUpdate,
    ) -> BoxFuture<'a, JobResult> {
        Box::pin(async move {
            self.receive(&Received {
                contact,
                idempotency_key,
                update,
            })
        })
    }
}

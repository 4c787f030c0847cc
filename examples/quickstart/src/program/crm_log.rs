//! Keeps what the CRM of the demonstration receives.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use durable_jobs::JobResult;
use quickstart::{
    demo::{DemoCrm, Received},
    webhooks::ContactUpdate,
};
use serde::Serialize;

/// A line of the log.
#[derive(Serialize)]
struct Line<'a> {
    contact: &'a str,
    idempotency_key: &'a str,
    #[serde(flatten)]
    update: ContactUpdate,
}

/// A CRM that appends what it receives to the file at `log`, if there is one.
pub(crate) fn open(log: Option<&Path>) -> io::Result<DemoCrm> {
    let Some(path) = log else {
        return Ok(DemoCrm::default());
    };
    let log = OpenOptions::new().create(true).append(true).open(path)?;
    let log = Mutex::new(log);
    Ok(DemoCrm::telling(move |received| append(&log, received)))
}

fn append(log: &Mutex<File>, received: &Received<'_>) -> JobResult {
    let line = Line {
        contact: received.contact,
        idempotency_key: received.idempotency_key,
        update: serde_json::from_str(received.update)?,
    };
    let mut line = serde_json::to_vec(&line)?;
    line.push(b'\n');
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(log.write_all(&line)?)
}

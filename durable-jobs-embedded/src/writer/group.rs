//! Group commit: many batches, one transaction, and no batch that spoils the others.

use std::{collections::BTreeSet, sync::Arc};

use durable_jobs_runtime::{
    StorageError, StorageFault,
    storage::{Activation, Batch, Durability},
};
use rusqlite::{Connection, ErrorCode};

use super::{Fate, Submission, release::Settled, sync::SyncMode};
use crate::{
    clock::Clock,
    store::{Applier, ChangedJob, Rearm, Statements, remember_schedule, storage_error},
};

/// How many failed stays are remembered. The engine gives a stay up as soon as it hears of its failure, so only
/// batches that were under way then can ask for it.
const MAX_FAILED: usize = 65_536;

/// Writes groups of batches.
pub(super) struct GroupCommit {
    connection: Connection,
    clock: Arc<dyn Clock>,
    applier: Applier,
    sync: SyncMode,
    failed: BTreeSet<Activation>,
}

impl GroupCommit {
    pub(super) fn new(connection: Connection, clock: Arc<dyn Clock>) -> Self {
        let applier = Applier::default();
        Self {
            connection,
            clock,
            applier,
            sync: SyncMode::new(),
            failed: BTreeSet::new(),
        }
    }

    /// Writes a group and tells the fate of each batch, in the same order.
    pub(super) fn commit(&mut self, group: Vec<Submission>) -> Vec<Settled> {
        let fates = self.fates(&group);
        group
            .into_iter()
            .zip(fates)
            .map(|(Submission { completion, .. }, fate)| Settled { completion, fate })
            .collect()
    }

    /// Notes schedules, in transactions of their own.
    pub(super) fn remember_schedules(&self, jobs: &[ChangedJob]) {
        for job in jobs {
            if let Err(error) = remember_schedule(&self.connection, job) {
                tracing::warn!(
                    target: "durable_jobs",
                    %error,
                    job = job.name,
                    "a changed schedule could not be noted: the next start shows it to all instances again"
                );
            }
        }
    }

    fn fates(&mut self, group: &[Submission]) -> Vec<Fate> {
        let batches: Vec<_> = group.iter().map(|submission| &submission.batch).collect();
        let mut fates = Vec::with_capacity(batches.len());
        self.settle(&batches, &mut fates);
        fates
    }

    /// Writes batches together if that goes, else in halves, until the one that fails is alone.
    fn settle(&mut self, batches: &[&Batch], fates: &mut Vec<Fate>) {
        let sound: Vec<_> = batches
            .iter()
            .copied()
            .filter(|batch| self.is_sound(batch))
            .collect();
        match (self.transact(&sound), batches) {
            (Ok(rearms), _) => {
                let mut rearms = rearms.into_iter();
                fates.extend(batches.iter().map(|batch| match self.is_sound(batch) {
                    true => Ok(rearms.next().flatten()),
                    false => Err(predecessor()),
                }));
            }
            (Err(error), [_]) => self.fail(batches, &error, fates),
            // No batch is to blame for this, and every further try would wait as long again.
            (Err(error), _) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                self.fail(batches, &error, fates);
            }
            (Err(_), _) => {
                let (former, latter) = batches.split_at(batches.len() / 2);
                self.settle(former, fates);
                self.settle(latter, fates);
            }
        }
    }

    fn fail(&mut self, batches: &[&Batch], error: &rusqlite::Error, fates: &mut Vec<Fate>) {
        for batch in batches {
            self.remember_failure(batch.activation);
            fates.push(Err(storage_error(error)));
        }
    }

    fn is_sound(&self, batch: &Batch) -> bool {
        !self.failed.contains(&batch.activation)
    }

    fn remember_failure(&mut self, activation: Activation) {
        self.failed.insert(activation);
        if self.failed.len() > MAX_FAILED {
            self.failed.pop_first();
        }
    }

    /// Writes batches in one transaction: all of them or none.
    fn transact(&mut self, batches: &[&Batch]) -> rusqlite::Result<Vec<Option<Rearm>>> {
        let durability = required(batches);
        let idle = batches.iter().all(|batch| batch.writes.is_empty());
        if idle && !self.sync.owes(durability) {
            return Ok(vec![None; batches.len()]);
        }
        self.sync.prepare(&self.connection, durability)?;
        let written = self.write(batches, durability);
        if written.is_err() {
            self.roll_back();
        }
        let rearms = written?;
        self.end(durability)?;
        Ok(rearms)
    }

    fn write(
        &mut self,
        batches: &[&Batch],
        durability: Durability,
    ) -> rusqlite::Result<Vec<Option<Rearm>>> {
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
        let mut statements = Statements::new(&self.connection);
        let rearms = batches
            .iter()
            .map(|batch| self.applier.apply(&mut statements, batch))
            .collect::<rusqlite::Result<_>>()?;
        self.applier
            .forget_answers(&mut statements, || self.clock.now())?;
        drop(statements);
        self.sync.pay(&self.connection, durability)?;
        Ok(rearms)
    }

    fn end(&mut self, durability: Durability) -> rusqlite::Result<()> {
        let commit = self.connection.prepare_cached("COMMIT");
        let ended = commit.and_then(|mut commit| commit.execute([]));
        match &ended {
            Ok(_) => self.sync.committed(durability),
            Err(_) => {
                self.roll_back();
                self.sync.failed(&self.connection);
            }
        }
        ended.map(drop)
    }

    /// After some errors, a full disk among them, SQLite has rolled back already.
    fn roll_back(&mut self) {
        self.applier.forget_keys();
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(target: "durable_jobs", %error, "a transaction could not be rolled back");
        }
    }
}

/// One batch that must be on disk takes the whole group there.
fn required(batches: &[&Batch]) -> Durability {
    if batches
        .iter()
        .any(|batch| batch.durability == Durability::Synced)
    {
        Durability::Synced
    } else {
        Durability::Written
    }
}

fn predecessor() -> StorageError {
    StorageError::new(
        StorageFault::Predecessor,
        "an earlier step of this instance could not be written, so this one was not tried: repeat the call",
    )
}

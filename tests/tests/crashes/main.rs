//! The embedded host under real crashes and real faults of the system: processes that are killed, writes that are torn,
//! disks that are full, system calls that fail. A program under load runs in a process of its own, which is this one
//! again with a role in its environment; what it acknowledged and did is in files that outlive it.
//!
//! `cargo xtask crashes --kills 500` kills more often than the default does.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails shall panic, and its processes are real ones"
)]

mod audit;
mod callers;
mod checkpoint;
mod child;
mod disk;
mod effects;
mod faults;
mod jobs;
mod kills;
mod record;
mod rows;
mod sweeps;
mod switch;
mod torn;
mod worse;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Longer than anything takes that a test waits for, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where one program has its files.
#[derive(Clone, Debug)]
struct Place(PathBuf);

impl Place {
    fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Where the database is, if it has a disk of its own.
    fn disk(&self) -> PathBuf {
        self.0.join("disk")
    }

    fn database(&self) -> PathBuf {
        let disk = self.disk();
        match disk.exists() {
            true => disk.join("jobs.db"),
            false => self.0.join("jobs.db"),
        }
    }

    fn log(&self) -> PathBuf {
        self.database().with_file_name("jobs.db-wal")
    }

    /// What handlers have done.
    fn effects(&self) -> PathBuf {
        self.0.join("effects.txt")
    }

    /// What one caller was answered.
    fn calls(&self, caller: &str) -> PathBuf {
        self.0.join(format!("calls-{caller}.txt"))
    }

    /// The database with its log, as they are now, in another folder.
    fn copy_database(&self, to: &Path) -> Self {
        let copy = Self::new(to);
        let _ = std::fs::remove_dir_all(to);
        std::fs::create_dir_all(to).unwrap();
        for (from, to) in [(self.database(), copy.database()), (self.log(), copy.log())] {
            if from.exists() {
                std::fs::copy(from, to).unwrap();
            }
        }
        copy
    }
}

/// Waits until something holds.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "{what}: not in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

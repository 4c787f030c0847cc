//! The Workers that are measured, each in a workerd of its own.

use std::path::{Path, PathBuf};

use durable_jobs_workerd::{Namespace, Workerd, worker};
use tempfile::TempDir;

use crate::{Failure, cpu, options::Options};

/// A Worker in this repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// Jobs of this library.
    Jobs,
    /// The hand-written object.
    Floor,
    /// The least Rust Worker.
    Bare,
}

/// A Worker that answers.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) url: String,
    pub(crate) process: u32,
    workerd: Workerd,
    _storage: TempDir,
}

impl Contender {
    fn folder(self) -> Result<PathBuf, Failure> {
        match self {
            Self::Jobs => Ok(worker("durable-jobs-bench-worker")?),
            Self::Bare => Ok(worker("durable-jobs-bench-bare")?),
            Self::Floor => Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../floor")),
        }
    }

    /// Starts it with no object stored. Objects stay in memory, as those do that are called all the time.
    pub(crate) fn start(self, options: &Options) -> Result<Running, Failure> {
        let storage = TempDir::with_prefix_in("durable-jobs-bench-", &options.folder)?;
        let namespace = Namespace::new("Jobs").never_evicted();
        let mut builder = Workerd::builder(self.folder()?)
            .namespace(namespace)
            .storage(storage.path());
        if self == Self::Jobs {
            builder = builder.plain_entry();
        }
        let workerd = builder.start()?;
        Ok(Running {
            url: workerd.url(),
            process: workerd.pid().ok_or("workerd has ended")?,
            workerd,
            _storage: storage,
        })
    }
}

impl Running {
    /// Microseconds of processor time that it has used.
    pub(crate) fn cpu_us(&self) -> f64 {
        cpu::of_process(self.process).unwrap_or(f64::NAN)
    }

    /// What it has printed, for an error.
    pub(crate) fn explain(&self, failure: &Failure) -> Failure {
        format!("{failure}\nworkerd printed:\n{}", self.workerd.log()).into()
    }
}

//! Where tools are kept: one folder for each version, complete once it has its name.

use std::{
    env, fs,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Instant,
};

use crate::command::Failure;

/// The cache, held by this run alone: nobody else installs until it is dropped.
pub(super) struct Cache {
    folder: PathBuf,
    _lock: File,
}

/// What is to be installed, and what a person is told about it.
pub(super) struct Wanted<'a> {
    /// The folder's name: what is in it never changes.
    pub(super) name: &'a str,
    /// How long the installation takes, in words.
    pub(super) takes: &'a str,
}

impl Cache {
    pub(super) fn open() -> Result<Self, Failure> {
        let folder = folder()?;
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                eprintln!("tools: waiting for another run that installs them");
                lock.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// The folder of that name. `fill` makes it elsewhere if it is missing, so that it is never seen half done.
    pub(super) fn entry(
        &self,
        wanted: &Wanted<'_>,
        fill: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        let Wanted { name, takes } = wanted;
        let entry = self.folder.join(name);
        if entry.exists() {
            return Ok(entry);
        }
        eprintln!("tools: {name} is not there yet: {takes}, once");
        let started = now();
        let partial = self.folder.join(format!("{name}.partial"));
        remove(&partial)?;
        fs::create_dir_all(&partial)?;
        fill(&partial)?;
        fs::rename(&partial, &entry)?;
        let seconds = started.elapsed().as_secs();
        eprintln!("tools: {name} is in place after {seconds} s");
        Ok(entry)
    }
}

pub(super) fn remove(folder: &Path) -> Result<(), Failure> {
    match folder.exists() {
        true => Ok(fs::remove_dir_all(folder)?),
        false => Ok(()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a person is told how long it took"
)]
fn now() -> Instant {
    Instant::now()
}

/// As the XDG rules say: a relative path does not count.
fn folder() -> Result<PathBuf, Failure> {
    let base = absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
        .ok_or_else(|| Failure::new("set HOME or XDG_CACHE_HOME: tools are kept there"))?;
    Ok(base.join("durable-jobs/tools"))
}

fn absolute(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os(variable)?);
    path.is_absolute().then_some(path)
}

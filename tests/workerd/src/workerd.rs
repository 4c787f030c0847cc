//! A workerd that can be ended and started again on the same storage.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    Builder, Eviction, WorkerdError, config, control,
    installed::tool,
    log::Log,
    process::{Process, Urls},
};

/// What is printed is on its way for a moment.
const MOST_TO_PRINT: Duration = Duration::from_secs(10);

/// A workerd of this test's own; dropping it kills it.
#[derive(Debug)]
pub struct Workerd {
    program: PathBuf,
    config: PathBuf,
    storage: PathBuf,
    log: Log,
    urls: Urls,
    process: Option<Process>,
    /// Removed when all is over.
    _folder: TempDir,
}

impl Workerd {
    /// Settings for running the Worker in that folder, which holds an `index.js`; see [`worker`](crate::worker).
    pub fn builder(worker: impl Into<PathBuf>) -> Builder {
        Builder::new(worker.into())
    }

    pub(crate) fn new(builder: &Builder) -> Result<Self, WorkerdError> {
        let program = tool("workerd")?;
        let folder = tempfile::tempdir()?;
        let storage = storage(builder, folder.path())?;
        let config = config::write(builder, folder.path(), &storage)?;
        let log = Log::default();
        let (process, urls) = Process::start(&program, &config, &log)?;
        Ok(Self {
            program,
            config,
            storage,
            log,
            urls,
            process: Some(process),
            _folder: folder,
        })
    }

    /// Where the Worker is reached, such as `http://127.0.0.1:40613`; another port after each start.
    #[must_use]
    pub fn url(&self) -> String {
        self.urls.worker.clone()
    }

    /// The process, if it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// The folder with the stored objects: `<unique key>/<id>.sqlite` for each.
    #[must_use]
    pub fn storage(&self) -> &Path {
        &self.storage
    }

    /// Starts it again, with the same configuration and storage, after [`stop`](Self::stop) or [`kill`](Self::kill).
    ///
    /// # Errors
    ///
    /// When it runs, and when it ends before it listens: what it printed is in the message.
    pub fn start(&mut self) -> Result<(), WorkerdError> {
        if self.process.is_some() {
            return Err(WorkerdError::new("workerd runs already"));
        }
        let (process, urls) = Process::start(&self.program, &self.config, &self.log)?;
        self.process = Some(process);
        self.urls = urls;
        Ok(())
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    ///
    /// # Errors
    ///
    /// When it does not run, and when it had to be killed after 15 seconds.
    pub fn stop(&mut self) -> Result<(), WorkerdError> {
        self.running()?.stop()
    }

    /// Ends it as a crash would (SIGKILL) and waits until it is gone.
    ///
    /// # Errors
    ///
    /// When it does not run.
    pub fn kill(&mut self) -> Result<(), WorkerdError> {
        self.running()?.kill()
    }

    fn running(&mut self) -> Result<Process, WorkerdError> {
        self.process
            .take()
            .ok_or_else(|| WorkerdError::new("workerd does not run"))
    }

    /// What it has printed so far, in all its runs.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// Waits until it has printed that text, in any of its runs.
    ///
    /// # Errors
    ///
    /// When it has not after ten seconds.
    pub fn wait_for_log(&self, text: &str) -> Result<(), WorkerdError> {
        match self.log.wait_for(text, MOST_TO_PRINT) {
            true => Ok(()),
            false => Err(WorkerdError::new(format!(
                "workerd did not print `{text}` within {MOST_TO_PRINT:?}, but:\n{}",
                self.log()
            ))),
        }
    }

    /// Takes one object out of memory, once its calls are answered. Its storage and its alarm stay.
    ///
    /// # Errors
    ///
    /// When its namespace is never evicted, and when it is busy for long.
    pub fn evict(&self, binding: &str, name: &str) -> Result<Eviction, WorkerdError> {
        control::evict(&self.urls.control, binding, name)
    }

    /// Takes all objects out of memory, once their calls are answered. Their storage and alarms stay.
    ///
    /// # Errors
    ///
    /// When one is busy for long.
    pub fn evict_all(&self) -> Result<(), WorkerdError> {
        control::evict_all(&self.urls.control)
    }

    /// Breaks all objects at once: calls that are in flight fail. Their storage and alarms stay.
    ///
    /// # Errors
    ///
    /// When workerd does not run.
    pub fn abort_all(&self) -> Result<(), WorkerdError> {
        control::abort_all(&self.urls.control)
    }
}

impl Drop for Workerd {
    /// Whoever reads why a test failed wants to see what workerd said.
    fn drop(&mut self) {
        self.process = None;
        if thread::panicking() {
            eprintln!("workerd printed:\n{}", self.log());
        }
    }
}

fn storage(builder: &Builder, folder: &Path) -> Result<PathBuf, WorkerdError> {
    if let Some(chosen) = &builder.storage {
        return chosen
            .canonicalize()
            .map_err(|error| WorkerdError::while_trying(chosen.display(), error));
    }
    let own = folder.join("storage");
    fs::create_dir(&own)?;
    Ok(own)
}

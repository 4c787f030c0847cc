//! What a workerd is started with.

use std::path::{Path, PathBuf};

use crate::{Namespace, Workerd, WorkerdError};

/// Settings of a workerd that is about to be started.
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    pub(crate) worker: PathBuf,
    pub(crate) entry: Entry,
    pub(crate) storage: Option<PathBuf>,
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) compatibility_date: String,
    pub(crate) compatibility_flags: Vec<String>,
}

/// What requests go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The Worker as it was built.
    Worker,
    /// A plain object in front of it.
    Plain,
}

impl Builder {
    pub(crate) fn new(worker: PathBuf) -> Self {
        Self {
            worker,
            entry: Entry::Worker,
            storage: None,
            namespaces: Vec::new(),
            texts: Vec::new(),
            compatibility_date: "2026-07-30".to_owned(),
            compatibility_flags: Vec::new(),
        }
    }

    /// Adds a class of objects.
    pub fn namespace(mut self, namespace: Namespace) -> Self {
        self.namespaces.push(namespace);
        self
    }

    /// Adds a text to the Worker's environment.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.texts.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Lets requests go to a plain object and not to the class that `worker-build` exports, as docs/cloudflare.md shows.
    pub fn plain_entry(mut self) -> Self {
        self.entry = Entry::Plain;
        self
    }

    /// Keeps stored objects in that folder, which must exist, and not in one that is removed with this workerd.
    pub fn storage(mut self, folder: &Path) -> Self {
        self.storage = Some(folder.to_path_buf());
        self
    }

    /// Uses that compatibility date and not 2026-07-30.
    pub fn compatibility_date(mut self, date: &str) -> Self {
        self.compatibility_date = date.to_owned();
        self
    }

    /// Adds a compatibility flag to the Worker.
    pub fn compatibility_flag(mut self, flag: &str) -> Self {
        self.compatibility_flags.push(flag.to_owned());
        self
    }

    /// Starts workerd and waits until it listens.
    ///
    /// # Errors
    ///
    /// When workerd is not installed, when there is no such Worker, and when workerd ends before it listens: what it printed is
    /// in the message.
    pub fn start(self) -> Result<Workerd, WorkerdError> {
        Workerd::new(&self)
    }
}

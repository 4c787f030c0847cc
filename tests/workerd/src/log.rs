//! What workerd prints.

use std::{
    io::{BufRead, BufReader, Read},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// Everything that was printed so far, by every run of one workerd.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    text: Mutex<String>,
    grown: Condvar,
}

impl Log {
    pub(crate) fn text(&self) -> String {
        self.lock().clone()
    }

    /// Copies what comes out of the pipe, until the other side closes it.
    #[expect(
        clippy::disallowed_methods,
        reason = "a process that cannot print stands still"
    )]
    pub(crate) fn follow(&self, pipe: impl Read + Send + 'static) -> thread::JoinHandle<()> {
        let log = self.clone();
        thread::spawn(move || {
            let mut lines = BufReader::new(pipe);
            let mut line = Vec::new();
            while lines
                .read_until(b'\n', &mut line)
                .is_ok_and(|read| read > 0)
            {
                log.lock().push_str(&String::from_utf8_lossy(&line));
                log.0.grown.notify_all();
                line.clear();
            }
        })
    }

    /// Waits until that text has been printed: whether it was, in time.
    pub(crate) fn wait_for(&self, wanted: &str, limit: Duration) -> bool {
        let waited = self
            .0
            .grown
            .wait_timeout_while(self.lock(), limit, |text| !text.contains(wanted));
        let (text, _) = waited.unwrap_or_else(PoisonError::into_inner);
        text.contains(wanted)
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.0.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

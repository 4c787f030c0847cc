//! What the program prints: one line per thing, in the order in which it became durable.

use std::{
    fmt,
    io::{self, Write},
};

use durable_jobs::Timestamp;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// Where lines are handed in. Never blocks, so that handlers and observers need not wait for a slow terminal.
#[derive(Clone, Debug)]
pub(crate) struct Console(UnboundedSender<String>);

/// Prints the lines that were handed in.
#[derive(Debug)]
pub(crate) struct Printer(UnboundedReceiver<String>);

/// One thing that happened.
pub(crate) struct Line<'a> {
    pub(crate) at: Timestamp,
    pub(crate) job: &'a str,
    pub(crate) instance: &'a str,
    pub(crate) what: &'a str,
    pub(crate) attempt: u32,
}

pub(crate) fn open() -> (Console, Printer) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Console(sender), Printer(receiver))
}

impl Console {
    pub(crate) fn say(&self, text: impl fmt::Display) {
        // The printer is gone only when the program ends.
        let _ = self.0.send(text.to_string());
    }
}

impl Printer {
    /// Prints as lines come; ends when nobody can hand one in any more.
    pub(crate) async fn run(&mut self) {
        while let Some(line) = self.0.recv().await {
            print(&line);
        }
    }

    /// Prints what has been handed in so far.
    pub(crate) fn drain(&mut self) {
        while let Ok(line) = self.0.try_recv() {
            print(&line);
        }
    }
}

/// A reader that has gone away, such as `head`, is no reason to end: the jobs are not there for it.
pub(crate) fn print(line: &str) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            job,
            instance,
            what,
            attempt,
        } = self;
        let time = at.to_string();
        let time = time.get(11..19).unwrap_or(&time);
        write!(f, "{time}  {job:<14}  {instance:<14}  {what}")?;
        match attempt {
            0 | 1 => Ok(()),
            attempt => write!(f, "  (attempt {attempt})"),
        }
    }
}

//! A task that notes what it is sent, and one that writes to it.

use durable_jobs::prelude::*;

use crate::office::{Office, run};

#[task(
    retry(max_attempts = 3, backoff = "fixed", base = "10s", jitter = false),
    timeout = "15s"
)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Account {
    notes: Vec<u64>,
    runs: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Entry {
    Note(u64),
    /// Notes a number, and sets the timer to so many seconds from now.
    NoteAndWait(u64, u64),
}

impl Task for Account {
    type Event = Entry;
    type Env = Office;

    async fn on_event(&mut self, entry: Entry, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        match entry {
            Entry::Note(number) => self.notes.push(number),
            Entry::NoteAndWait(number, seconds) => {
                self.notes.push(number);
                ctx.schedule(Duration::from_secs(seconds));
            }
        }
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.runs += 1;
        ctx.env().work(run!(ctx, Vec::new())).await
    }
}

/// Writes each order to both books, at once or in a run.
#[task(
    jobs(Account),
    retry(max_attempts = 3, backoff = "fixed", base = "10s", jitter = false),
    timeout = "15s"
)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Clerk {
    later: Vec<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum ClerkOrder {
    Now(u64),
    Later(u64),
}

/// The accounts that only clerks write to.
pub(crate) const BOOKS: [&str; 2] = ["book 1", "book 2"];

impl Task for Clerk {
    type Event = ClerkOrder;
    type Env = Office;

    async fn on_event(&mut self, order: ClerkOrder, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        match order {
            ClerkOrder::Now(number) => BOOKS
                .into_iter()
                .try_for_each(|book| ctx.jobs::<Account>().send(book, Entry::Note(number))),
            ClerkOrder::Later(number) => {
                self.later.push(number);
                ctx.schedule(Duration::ZERO);
                Ok(())
            }
        }
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let later = std::mem::take(&mut self.later);
        for number in &later {
            for book in BOOKS {
                ctx.jobs::<Account>().send(book, Entry::Note(*number))?;
            }
        }
        ctx.env().work(run!(ctx, later)).await
    }
}

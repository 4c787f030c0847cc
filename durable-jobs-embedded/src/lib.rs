//! The embedded host of durable-jobs: one process, one SQLite file.
//!
//! [`Host::open`] names the file, the builder takes services and jobs, [`HostBuilder::start`] opens
//! the file, takes up what an earlier process left and begins to run what is due.
//!
//! ```
//! use durable_jobs::prelude::*;
//!
//! #[debounce(flush_after = "5s")]
//! #[derive(Default, Serialize, Deserialize)]
//! pub struct Inbox { messages: Vec<String> }
//!
//! impl Debounce for Inbox {
//!     type Event = String;
//!     type Env = ();
//!
//!     fn on_event(&mut self, message: String, _ctx: &EventContext) -> JobResult {
//!         self.messages.push(message);
//!         Ok(())
//!     }
//!
//!     async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("jobs.db");
//! let host = Host::open(&path).job::<Inbox>().start().await?;
//! InboxClient::new(&host).add("contact-7", "hello".into()).await?;
//! host.shutdown().await;
//!
//! // What was acknowledged is in the file, for the next process.
//! let host = Host::open(&path).job::<Inbox>().start().await?;
//! let inbox = InboxClient::new(&host).state("contact-7").await?;
//! assert_eq!(inbox.map(|inbox| inbox.messages), Some(vec!["hello".to_owned()]));
//! # host.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! Three threads do what blocks, however many instances there are: one writes (many steps share one
//! `COMMIT` and one sync), one reads instances, one watches timers. Handlers run on the tokio runtime that `start` was called in. An idle instance is a row
//! in the file and nothing else.

#![forbid(unsafe_code)]

pub mod clock;
mod error;
mod file;
mod host;
mod observe;
mod reader;
mod store;
mod timer;
#[cfg(feature = "tracker")]
mod tracker;
mod writer;

#[doc(hidden)]
pub use crate::writer::CommitStatistics;
pub use crate::{
    error::OpenError,
    host::{Host, HostBuilder, RunsAtShutdown, ShutdownReport},
    observe::TracingObserver,
};

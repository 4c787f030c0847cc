//! The error of a handler.

use std::{error::Error, fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// The answer of a handler.
pub type JobResult<T = ()> = Result<T, JobError>;

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The job's retry policy decides.
    Retryable,
    /// The remaining attempts are skipped.
    Terminal,
}

/// Why a handler failed. `?` makes a retryable one of any error.
///
/// ```
/// # use durable_jobs_runtime::{ErrorClass, JobError, JobErrorExt, JobResult};
/// # use std::time::Duration;
/// fn parse(text: &str) -> JobResult<u32> {
///     Ok(text.parse().terminal()?) // trying again cannot help
/// }
/// assert_eq!(parse("x").unwrap_err().class(), ErrorClass::Terminal);
///
/// let busy = JobError::from("busy").with_retry_after(Duration::from_secs(30));
/// assert_eq!(busy.class(), ErrorClass::Retryable);
/// assert_eq!(busy.retry_after(), Some(Duration::from_secs(30)));
/// ```
pub struct JobError {
    source: Box<dyn Error + Send + Sync>,
    class: ErrorClass,
    retry_after: Option<Duration>,
}

impl JobError {
    /// An error that no further attempt can mend.
    pub fn terminal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            class: ErrorClass::Terminal,
            ..Self::from(source)
        }
    }

    /// Replaces the computed delay before the next attempt, for example by a `Retry-After` header.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// Whether trying again can help.
    pub fn class(&self) -> ErrorClass {
        self.class
    }

    /// The delay that replaces the computed one, if the error brings one.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The error that was converted, to be looked at or downcast.
    pub fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.source
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for JobError {
    fn from(source: E) -> Self {
        Self {
            source: source.into(),
            class: ErrorClass::Retryable,
            retry_after: None,
        }
    }
}

impl fmt::Debug for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobError")
            .field("source", &self.source)
            .field("class", &self.class)
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

/// The error and what caused it, outermost first.
impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        let mut cause = self.source.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Classifies the error of a `Result` on its way through `?`.
pub trait JobErrorExt<T> {
    /// Marks the error as one that no further attempt can mend.
    fn terminal(self) -> JobResult<T>;

    /// Replaces the computed delay before the next attempt.
    fn retry_after(self, delay: Duration) -> JobResult<T>;
}

impl<T, E: Into<JobError>> JobErrorExt<T> for Result<T, E> {
    fn terminal(self) -> JobResult<T> {
        self.map_err(|error| JobError {
            class: ErrorClass::Terminal,
            ..error.into()
        })
    }

    fn retry_after(self, delay: Duration) -> JobResult<T> {
        self.map_err(|error| error.into().with_retry_after(delay))
    }
}

/// What `on_error` wants done about a failed attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ErrorAction {
    /// What the attribute declares.
    #[default]
    Default,
    /// Another attempt of the same run after this pause, whatever the policy says.
    RetryAfter(Duration),
    /// Give this run up and go on; for a debounce job, which would lose its batch, the same as `Park`.
    SkipRun,
    /// Keep everything, run nothing until the instance is resumed.
    Park,
    /// Drop the batch of a debounce job and go on with the next one; it is counted and told. For other kinds the
    /// same as `SkipRun`.
    Reset,
    /// Set the batch of a debounce job aside as a dead letter and go on with the next one. For other kinds, and
    /// where there is no room for another dead letter, the same as `Park`.
    DeadLetter,
    /// Delete the instance with its state.
    Terminate {
        /// Why, for telemetry and for callers who wait.
        reason: String,
    },
}

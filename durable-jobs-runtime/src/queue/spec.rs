//! What `#[queue(..)]` declares, as data.

use std::time::Duration;

use crate::{RetryPolicy, telemetry::LogLevel};

/// What `#[queue(..)]` declares.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct QueueSpec {
    /// The stored name of the job.
    pub name: &'static str,
    /// How many messages are processed at once, shared out evenly among the partitions.
    pub concurrency: u32,
    /// Lanes that messages are spread over by their partition keys.
    pub partitions: u32,
    /// Whether messages of one partition overtake each other.
    pub order: Order,
    /// How failed attempts are repeated; `None` means not at all.
    pub retry: Option<RetryPolicy>,
    /// How many attempts begin in a time.
    pub rate: Option<Rate>,
    /// How long a message that is being processed is offered to nobody else.
    pub visibility: Duration,
    /// How long one attempt may take, when that is less.
    pub timeout: Option<Duration>,
    /// How many messages the queue holds, dead letters included; more are refused.
    pub max_depth: u64,
    /// How long an event id is remembered.
    pub dedup_window: Duration,
    /// From which level on lines of `ctx.log` are let through; `None` means none.
    pub log: Option<LogLevel>,
    /// The version of the messages.
    pub version: u32,
}

/// Whether messages of one partition overtake each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Several are processed at once, and one that failed lets the others pass while it waits.
    None,
    /// One at a time: each waits until the one before it was processed or given up.
    Fifo,
}

/// How many attempts begin in a time. They are spread evenly, so that no stretch of that time sees more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub(crate) starts: u32,
    pub(crate) per: Duration,
}

impl Rate {
    /// At most `starts` attempts begin in any stretch of `per`. Less than one is taken for one.
    pub const fn new(starts: u32, per: Duration) -> Self {
        let starts = if starts == 0 { 1 } else { starts };
        Self { starts, per }
    }
}

impl QueueSpec {
    /// A queue with the defaults: 10 messages at once in one partition without order, 30 seconds of visibility,
    /// 100,000 messages, event ids kept for an hour, the standard retries.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            concurrency: 10,
            partitions: 1,
            order: Order::None,
            retry: Some(RetryPolicy::standard()),
            rate: None,
            visibility: Duration::from_secs(30),
            timeout: None,
            max_depth: 100_000,
            dedup_window: crate::core::DEDUP_WINDOW,
            log: Some(LogLevel::Error),
            version: 1,
        }
    }

    /// Sets how many messages are processed at once.
    #[must_use]
    pub const fn concurrency(mut self, messages: u32) -> Self {
        self.concurrency = messages;
        self
    }

    /// Sets how many lanes there are.
    #[must_use]
    pub const fn partitions(mut self, lanes: u32) -> Self {
        self.partitions = lanes;
        self
    }

    /// Sets whether messages of one partition overtake each other.
    #[must_use]
    pub const fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Bounds how many attempts begin in a time.
    #[must_use]
    pub const fn rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// Sets how long a message that is being processed is offered to nobody else.
    #[must_use]
    pub const fn visibility(mut self, visibility: Duration) -> Self {
        self.visibility = visibility;
        self
    }

    /// Bounds one attempt.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Bounds how many messages the queue holds.
    #[must_use]
    pub const fn max_depth(mut self, messages: u64) -> Self {
        self.max_depth = messages;
        self
    }

    /// Sets how failed attempts are repeated.
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Lets lines of `ctx.log` through from this level on.
    #[must_use]
    pub const fn log(mut self, least: LogLevel) -> Self {
        self.log = Some(least);
        self
    }

    /// Lets no line of `ctx.log` through.
    #[must_use]
    pub const fn no_log(mut self) -> Self {
        self.log = None;
        self
    }

    /// Sets the version of the messages.
    #[must_use]
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    crate::setters::event_setters!();

    /// How long one attempt may take.
    pub(crate) fn attempt_limit(&self) -> Duration {
        self.timeout.unwrap_or(self.visibility)
    }

    /// How many messages of one lane are processed at once.
    pub(crate) fn lane_limit(&self) -> u32 {
        match self.order {
            Order::Fifo => 1,
            Order::None => (self.concurrency / self.partitions.max(1)).max(1),
        }
    }
}

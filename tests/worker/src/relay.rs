//! What is under way while workerd is killed: jobs that tell another what they have taken, in turn.

use std::{collections::BTreeMap, time::Duration};

use durable_jobs_runtime::{
    Declared, JobResult, RetryPolicy,
    jobs::{SendsTo, Target},
    kind,
    task::{DeclaredTask, Task, TaskContext, TaskSpec, UnnamedTimer},
};
use durable_jobs_testing::conformance::Services;
use serde::{Deserialize, Serialize};

/// Where all messages go.
pub const SINK: &str = "sink";

const MOMENT: Duration = Duration::from_millis(50);

/// Takes numbers in turn, and tells the sink of them when its timer fires.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Relay {
    /// The last number that was taken.
    pub last: u64,
    /// The last number that the sink was told.
    pub told: u64,
    /// What did not come in turn.
    pub broken: Vec<String>,
}

impl Declared for Relay {
    type Kind = kind::Task;
    const CLASS: &'static str = Self::SPEC.name;
    const TARGETS: &'static [Target] = &[Target::of::<Sink>()];
}

impl SendsTo<Sink> for Relay {}

impl DeclaredTask for Relay {
    type Timer = UnnamedTimer;
    const SPEC: TaskSpec = TaskSpec::new("Relay").retry(RetryPolicy::fixed(1000, MOMENT));
}

impl Task for Relay {
    type Event = u64;
    type Env = Services;

    async fn on_event(&mut self, number: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        if number != self.last + 1 {
            self.broken.push(format!("{number} after {}", self.last));
        }
        self.last = number;
        if ctx.scheduled_at().is_none() {
            ctx.schedule(MOMENT);
        }
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let (first, last) = (self.told + 1, self.last);
        if first <= last {
            let sender = ctx.id().to_owned();
            let told = Told {
                sender,
                first,
                last,
            };
            ctx.jobs::<Sink>().send(SINK, told)?;
        }
        self.told = last;
        Ok(())
    }
}

/// Hears of all numbers, each once and in turn.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Sink {
    /// The last number of each sender.
    pub heard: BTreeMap<String, u64>,
    /// What did not come in turn.
    pub broken: Vec<String>,
}

/// Numbers of a sender.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    sender: String,
    first: u64,
    last: u64,
}

impl Declared for Sink {
    type Kind = kind::Task;
    const CLASS: &'static str = Self::SPEC.name;
}

impl DeclaredTask for Sink {
    type Timer = UnnamedTimer;
    const SPEC: TaskSpec = TaskSpec::new("Sink");
}

impl Task for Sink {
    type Event = Told;
    type Env = Services;

    async fn on_event(&mut self, told: Told, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let heard = self.heard.entry(told.sender.clone()).or_default();
        if told.first != *heard + 1 {
            self.broken.push(format!("{told:?} after {heard}"));
        }
        *heard = told.last;
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

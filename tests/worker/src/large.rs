//! Jobs whose states and events are as large as a test makes them.

use durable_jobs_runtime::{
    Declared, JobResult,
    continuous::{Continuous, ContinuousContext, ContinuousSpec, DeclaredContinuous, Next},
    debounce::{Debounce, DebounceContext, DebounceSpec, DeclaredDebounce, EventContext},
    kind,
};
use durable_jobs_testing::conformance::Services;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// A continuous job with a text.
#[derive(Debug, Serialize, Deserialize)]
pub struct Scroll {
    /// The text.
    pub text: String,
}

impl Declared for Scroll {
    type Kind = kind::Continuous;
    const CLASS: &'static str = "Scroll";
}

impl DeclaredContinuous for Scroll {
    const SPEC: ContinuousSpec = ContinuousSpec::every("Scroll", HOUR);
}

impl Continuous for Scroll {
    type Env = Services;

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

/// A debounce job that counts the letters of texts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Roll {
    /// How many there were.
    pub letters: usize,
}

impl Declared for Roll {
    type Kind = kind::Debounce;
    const CLASS: &'static str = "Roll";
}

impl DeclaredDebounce for Roll {
    const SPEC: DebounceSpec = DebounceSpec::new("Roll").flush_after(HOUR);
}

impl Debounce for Roll {
    type Event = String;
    type Env = Services;

    fn on_event(&mut self, event: String, _ctx: &EventContext) -> JobResult {
        self.letters += event.len();
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

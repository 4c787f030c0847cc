//! What a handler of a continuous job can ask and do.

use std::fmt;

use serde::Serialize;

use super::Continuous;
use crate::{
    Timestamp,
    driver::{Scope, shared_context_methods},
    telemetry::LogLevel,
};

/// The context of one attempt of a continuous job.
pub struct ContinuousContext<'run, J: Continuous> {
    pub(super) env: &'run J::Env,
    pub(super) scope: Scope,
}

impl<'run, J: Continuous> ContinuousContext<'run, J> {
    shared_context_methods!(Continuous);
}

impl<J: Continuous> fmt::Debug for ContinuousContext<'_, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContinuousContext")
            .field("execution_id", &self.execution_id())
            .finish()
    }
}

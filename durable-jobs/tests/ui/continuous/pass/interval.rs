use durable_jobs::ErrorAction;
use durable_jobs::prelude::*;

/// With every key that an interval takes.
#[continuous(
    every = "1h 30m",
    start_immediately = false,
    retry(max_attempts = 5, backoff = "exponential", base = "1s", factor = 1.5, max = "30s", jitter, max_elapsed = "1h"),
    timeout = "10s",
    on_exhausted = "park",
    version = 2,
    name = "refresher",
    client = Tokens,
    crate = ::durable_jobs
)]
#[derive(Serialize, Deserialize)]
pub struct TokenRefresher {
    token: String,
}

impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        self.token = ctx.id().to_owned();
        std::future::ready(()).await;
        Ok(Next::Scheduled)
    }

    async fn on_error(
        &mut self,
        _error: &JobError,
        _ctx: &mut ContinuousContext<'_, Self>,
    ) -> ErrorAction {
        ErrorAction::Default
    }
}

fn is_a_job<J: Continuous>(_: Option<Tokens>) {}

pub fn main() {
    is_a_job::<TokenRefresher>(None);
}

use durable_jobs::prelude::*;

#[continuous(cron = "@daily", delay = "after_run")]
#[derive(Serialize, Deserialize)]
struct TokenRefresher;

impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

fn main() {}

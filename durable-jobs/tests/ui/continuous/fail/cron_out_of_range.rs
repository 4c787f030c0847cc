use durable_jobs::prelude::*;

#[continuous(cron = "61 9 * * *")]
#[derive(Serialize, Deserialize)]
struct TokenRefresher;

impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

fn main() {}

use durable_jobs::prelude::*;

#[continuous(every = "30m", retry(max_attempts = 3, delay = "5s"))]
#[derive(Serialize, Deserialize)]
struct TokenRefresher;

impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

fn main() {}

use durable_jobs::prelude::*;

#[derive(Serialize, Deserialize)]
struct TokenRefresher;

#[continuous(every = "30m")]
impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

fn main() {}

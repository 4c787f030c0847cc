use durable_jobs::prelude::*;

struct Services;

#[continuous(every = "30m")]
#[derive(Serialize, Deserialize)]
struct TokenRefresher;

impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

fn main() {
    let _ = Host::open("jobs.db").env(Services).job::<TokenRefresher>();
}

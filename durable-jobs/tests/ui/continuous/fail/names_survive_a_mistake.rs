use durable_jobs::prelude::*;

#[continuous(every = "30 mins?", client = Tokens)]
#[derive(Serialize, Deserialize)]
pub struct TokenRefresher;

impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

fn is_a_job<J: Continuous>(_: Option<Tokens>) {}

fn main() {
    is_a_job::<TokenRefresher>(None);
}

use durable_jobs::prelude::*;

#[continuous(every = "30m")]
#[derive(Serialize, Deserialize)]
struct TokenRefresher;

impl Continuous for TokenRefresher {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        let not_send: *const u8 = &0;
        std::future::pending::<()>().await;
        let _ = not_send;
        Ok(Next::Scheduled)
    }
}

fn main() {}

use durable_jobs::prelude::*;

#[queue(rate = "0/1m")]
#[derive(Serialize, Deserialize)]
struct Email {
    to: String,
}

impl Queue for Email {
    type Env = ();

    async fn process(&mut self, _ctx: &mut QueueContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn main() {}

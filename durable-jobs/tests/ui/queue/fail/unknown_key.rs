use durable_jobs::prelude::*;

#[queue(concurency = 5)]
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

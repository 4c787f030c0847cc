use durable_jobs::prelude::*;

#[queue(partitions = 2000, concurrency = 2000)]
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

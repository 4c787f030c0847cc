use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m")]
pub struct Mails;

#[task(jobs(Mails))]
#[derive(Default, Serialize, Deserialize)]
pub struct Order;

impl Task for Order {
    type Event = ();
    type Env = ();

    async fn on_event(&mut self, _event: (), _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn main() {}

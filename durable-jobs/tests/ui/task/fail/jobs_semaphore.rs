use durable_jobs::prelude::*;

#[semaphore(permits = 10, lease = "30s")]
pub struct Printers;

#[task(jobs(Printers))]
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

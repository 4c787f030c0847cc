use durable_jobs::prelude::*;

#[task(on_exhausted = "drop")]
#[derive(Default, Serialize, Deserialize)]
struct Order;

impl Task for Order {
    type Event = u64;
    type Env = ();

    async fn on_event(&mut self, _event: u64, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn main() {}

use durable_jobs::prelude::*;

#[task(timers = 2)]
#[derive(Default, Serialize, Deserialize)]
struct Order;

impl Task for Order {
    type Event = u64;
    type Env = ();

    async fn on_event(&mut self, _event: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let _ = ctx.now();
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let _ = ctx.now();
        Ok(())
    }
}

fn main() {}

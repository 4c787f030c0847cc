use durable_jobs::prelude::*;

#[derive(TaskTimer)]
enum OrderTimer {}

#[task(timers = OrderTimer)]
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
        let _ = ctx.timer();
        Ok(())
    }
}

fn main() {}

use durable_jobs::prelude::*;

#[derive(TaskTimer)]
enum OrderTimer {
    Remind,
    Expire,
}

#[task(history = 5)]
#[derive(Default, Serialize, Deserialize)]
struct Order;

impl Task for Order {
    type Event = u64;
    type Env = ();

    async fn on_event(&mut self, _event: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        ctx.schedule_timer(OrderTimer::Remind, Duration::from_mins(5));
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let _ = (ctx.timer(), OrderTimer::Expire);
        Ok(())
    }
}

fn main() {}

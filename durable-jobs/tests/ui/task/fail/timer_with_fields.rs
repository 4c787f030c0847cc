use durable_jobs::prelude::*;

#[derive(TaskTimer)]
enum OrderTimer {
    Remind { day: u32 },
    Expire,
}

#[task(timers = OrderTimer)]
#[derive(Default, Serialize, Deserialize)]
struct Order;

impl Task for Order {
    type Event = u64;
    type Env = ();

    async fn on_event(&mut self, _event: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        ctx.schedule_timer(OrderTimer::Remind { day: 1 }, Duration::from_mins(5));
        ctx.schedule_timer(OrderTimer::Expire, Duration::from_mins(9));
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        match ctx.timer() {
            Some(OrderTimer::Remind { .. } | OrderTimer::Expire) | None => {}
        }
        Ok(())
    }
}

fn main() {}

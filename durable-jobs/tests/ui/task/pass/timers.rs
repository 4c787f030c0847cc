use durable_jobs::prelude::*;

mod orders {
    /// In another module, with a stored name of its own.
    #[derive(durable_jobs::TaskTimer)]
    pub enum OrderTimer {
        #[timer(name = "Remind")]
        Nudge,
        Expire,
        r#Loop,
    }
}

use orders::OrderTimer;

#[task(timers = orders::OrderTimer, history = 20, log = "debug")]
#[derive(Default, Serialize, Deserialize)]
pub struct Order;

impl Task for Order {
    type Event = u64;
    type Env = ();

    async fn on_event(&mut self, _event: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        ctx.schedule_timer(OrderTimer::Nudge, Duration::from_mins(5));
        ctx.schedule_timer_at(OrderTimer::Expire, ctx.now());
        ctx.cancel_timer(OrderTimer::Loop);
        let _ = ctx.timer_scheduled_at(OrderTimer::Expire);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let timer = ctx.timer();
        std::future::ready(()).await;
        match timer {
            Some(OrderTimer::Nudge) => {}
            Some(OrderTimer::Expire | OrderTimer::Loop) => {}
            None => {}
        }
        Ok(())
    }
}

pub fn main() {
    assert_eq!(OrderTimer::Nudge.name(), "Remind");
    assert_eq!(OrderTimer::Loop.name(), "Loop");
    assert!(matches!(OrderTimer::from_name("Expire"), Some(OrderTimer::Expire)));
    assert!(OrderTimer::from_name("Nudge").is_none());
}

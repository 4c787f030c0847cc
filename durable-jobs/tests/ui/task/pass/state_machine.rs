use durable_jobs::prelude::*;

#[derive(Serialize, Deserialize)]
pub enum OrderEvent {
    Placed { total: u64 },
}

#[task]
#[derive(Default, Serialize, Deserialize)]
pub enum Order {
    #[default]
    New,
    Placed {
        total: u64,
    },
}

impl Task for Order {
    type Event = OrderEvent;
    type Env = ();

    async fn on_event(&mut self, event: OrderEvent, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let OrderEvent::Placed { total } = event;
        *self = Self::Placed { total };
        ctx.schedule(Duration::from_mins(5));
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        std::future::ready(()).await;
        Ok(())
    }

    async fn on_idle(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn is_a_job<J: Task>(_: Option<OrderClient>) {}

pub fn main() {
    is_a_job::<Order>(None);
}

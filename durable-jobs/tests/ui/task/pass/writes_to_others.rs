use durable_jobs::prelude::*;

#[task]
#[derive(Default, Serialize, Deserialize)]
pub struct Invoice;

impl Task for Invoice {
    type Event = ();
    type Env = ();

    async fn on_event(&mut self, _event: (), _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

#[task(jobs(Invoice, Order))]
#[derive(Default, Serialize, Deserialize)]
pub struct Order;

impl Task for Order {
    type Event = ();
    type Env = ();

    async fn on_event(&mut self, _event: (), _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        ctx.jobs::<Self>().trigger(ctx.id())?;
        ctx.jobs::<Invoice>().send(ctx.id(), ())
    }
}

pub fn main() {}

use durable_jobs::prelude::*;

#[debounce(flush_after = "5s")]
#[derive(Default, Serialize, Deserialize)]
struct WebhookBatch;

impl Debounce for WebhookBatch {
    type Event = u64;
    type Env = ();

    fn on_event(&mut self, _event: String, _ctx: &EventContext) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn main() {}

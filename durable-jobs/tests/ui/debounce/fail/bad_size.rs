use durable_jobs::prelude::*;

#[debounce(max_bytes = "64kb")]
#[derive(Default, Serialize, Deserialize)]
struct WebhookBatch;

impl Debounce for WebhookBatch {
    type Event = u64;
    type Env = ();

    fn on_event(&mut self, _event: u64, _ctx: &EventContext) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn main() {}

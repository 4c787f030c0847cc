use durable_jobs::prelude::*;

struct Webhook;

#[debounce(flush_after = "5s")]
#[derive(Default, Serialize, Deserialize)]
struct WebhookBatch;

impl Debounce for WebhookBatch {
    type Event = Webhook;
    type Env = ();

    fn on_event(&mut self, _event: Webhook, _ctx: &EventContext) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn main() {}

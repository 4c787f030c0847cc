use durable_jobs::prelude::*;

#[derive(Serialize, Deserialize)]
pub struct Webhook(String);

#[debounce(
    flush_after = "5s",
    max_events = 100,
    max_buffered = 1_000,
    dedup_window = "1h",
    retry(patient, max_attempts = 3),
    on_exhausted = "terminate",
    timeout = "30s",
    version = 1,
    name = "webhooks"
)]
#[derive(Default, Serialize, Deserialize)]
pub struct WebhookBatch {
    bodies: Vec<String>,
}

impl Debounce for WebhookBatch {
    type Event = Webhook;
    type Env = ();

    fn on_event(&mut self, event: Webhook, _ctx: &EventContext) -> JobResult {
        self.bodies.push(event.0);
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        std::future::ready(()).await;
        Ok(())
    }
}

fn is_a_job<J: Debounce>(_: Option<WebhookBatchClient>) {}

pub fn main() {
    is_a_job::<WebhookBatch>(None);
}

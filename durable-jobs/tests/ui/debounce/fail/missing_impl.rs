use durable_jobs::prelude::*;

#[debounce(flush_after = "5s")]
#[derive(Default, Serialize, Deserialize)]
struct WebhookBatch;

fn main() {}

use durable_jobs::prelude::*;
use serde::{Deserialize, Serialize};

#[debounce(flush_after = "5s")]
#[derive(Default, Serialize, Deserialize)]
struct WebhookBatch;

fn main() {}

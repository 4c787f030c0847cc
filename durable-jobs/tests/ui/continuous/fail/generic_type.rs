use durable_jobs::prelude::*;
use serde::{Deserialize, Serialize};

#[continuous(every = "30m")]
#[derive(Serialize, Deserialize)]
struct TokenRefresher<T>(T);

fn main() {}

use durable_jobs::prelude::*;

#[continuous(every = "30m")]
#[derive(Serialize, Deserialize)]
struct TokenRefresher;

fn main() {}

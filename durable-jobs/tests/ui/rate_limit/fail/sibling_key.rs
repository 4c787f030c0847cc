use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m", lease = "30s")]
struct Calls;

fn main() {}

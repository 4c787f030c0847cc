use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m", max_attempts = 3)]
struct Calls;

fn main() {}

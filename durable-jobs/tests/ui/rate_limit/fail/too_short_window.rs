use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "50ms")]
struct Calls;

fn main() {}

use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m", burst = 0)]
struct Calls;

fn main() {}

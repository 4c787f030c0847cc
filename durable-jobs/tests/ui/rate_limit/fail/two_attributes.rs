use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m")]
#[semaphore(permits = 10)]
struct Calls;

fn main() {}

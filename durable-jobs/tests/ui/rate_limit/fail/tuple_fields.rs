use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m")]
struct Calls(u64);

fn main() {}

use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m", colour = "red")]
struct Calls;

fn main() {}

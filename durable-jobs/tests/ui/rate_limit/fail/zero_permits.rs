use durable_jobs::prelude::*;

#[rate_limit(permits = 0, window = "1m")]
struct Calls;

fn main() {}

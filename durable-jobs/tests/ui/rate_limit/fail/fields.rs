use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m")]
struct Calls {
    made: u64,
}

fn main() {}

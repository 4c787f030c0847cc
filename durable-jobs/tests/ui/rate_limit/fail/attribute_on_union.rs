use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m")]
union Calls {
    made: u64,
}

fn main() {}

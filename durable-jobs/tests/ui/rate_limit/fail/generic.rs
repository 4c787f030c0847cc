use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m")]
struct Calls<const N: usize>;

fn main() {}

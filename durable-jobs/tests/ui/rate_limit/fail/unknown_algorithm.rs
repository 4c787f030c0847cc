use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m", algorithm = "leaky_bucket")]
struct Calls;

fn main() {}

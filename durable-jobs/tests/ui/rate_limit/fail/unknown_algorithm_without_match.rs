use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m", algorithm = "fair")]
struct Calls;

fn main() {}

use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m", algorithm = "fixed_window", burst = 10)]
struct Calls;

fn main() {}

use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "0s")]
struct Calls;

fn main() {}

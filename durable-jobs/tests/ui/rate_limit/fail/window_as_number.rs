use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = 60)]
struct Calls;

fn main() {}

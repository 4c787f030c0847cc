use durable_jobs::prelude::*;

#[rate_limit(permits = 100)]
struct Calls;

fn main() {}

use durable_jobs::prelude::*;

#[rate_limit(permits = 0, window = "1 fortnight")]
struct Calls;

fn main() {}

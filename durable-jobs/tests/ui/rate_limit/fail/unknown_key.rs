use durable_jobs::prelude::*;

#[rate_limit(permit = 100, window = "1m")]
struct Calls;

fn main() {}

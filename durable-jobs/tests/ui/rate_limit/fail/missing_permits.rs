use durable_jobs::prelude::*;

#[rate_limit(window = "1m")]
struct Calls;

fn main() {}

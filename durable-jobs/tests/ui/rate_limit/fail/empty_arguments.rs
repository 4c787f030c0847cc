use durable_jobs::prelude::*;

#[rate_limit]
struct Calls;

fn main() {}

use durable_jobs::prelude::*;

#[rate_limit(permits = 100, window = "1m")]
impl Calls {}

struct Calls;

fn main() {}

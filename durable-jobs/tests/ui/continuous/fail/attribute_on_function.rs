use durable_jobs::prelude::*;

#[continuous(every = "30m")]
async fn refresh() {}

fn main() {}

use durable_jobs::prelude::*;

#[semaphore(permits = 10)]
fn desks() {}

fn main() {}

use durable_jobs::prelude::*;

#[semaphore(permits = 10, lease = "50ms")]
struct Desks;

fn main() {}

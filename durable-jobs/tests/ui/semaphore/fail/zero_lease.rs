use durable_jobs::prelude::*;

#[semaphore(permits = 10, lease = "0s")]
struct Desks;

fn main() {}

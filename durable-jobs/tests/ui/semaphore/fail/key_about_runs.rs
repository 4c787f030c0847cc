use durable_jobs::prelude::*;

#[semaphore(permits = 10, timeout = "30s")]
struct Desks;

fn main() {}

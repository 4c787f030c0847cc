use durable_jobs::prelude::*;

#[semaphore(lease = "30s")]
struct Desks;

fn main() {}

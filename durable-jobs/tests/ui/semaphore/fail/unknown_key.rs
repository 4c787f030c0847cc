use durable_jobs::prelude::*;

#[semaphore(permits = 10, leese = "30s")]
struct Desks;

fn main() {}

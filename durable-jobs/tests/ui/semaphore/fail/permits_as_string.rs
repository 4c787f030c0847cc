use durable_jobs::prelude::*;

#[semaphore(permits = "10")]
struct Desks;

fn main() {}

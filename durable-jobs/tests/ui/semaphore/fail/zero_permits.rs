use durable_jobs::prelude::*;

#[semaphore(permits = 0)]
struct Desks;

fn main() {}

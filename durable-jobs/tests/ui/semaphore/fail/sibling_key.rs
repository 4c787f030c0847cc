use durable_jobs::prelude::*;

#[semaphore(permits = 10, window = "1m")]
struct Desks;

fn main() {}

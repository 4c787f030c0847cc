use durable_jobs::prelude::*;

#[semaphore(permits = 10)]
struct Desks {
    taken: u64,
}

fn main() {}

use durable_jobs::prelude::*;

#[semaphore(permits = 10)]
enum Desks {
    Free,
}

fn main() {}

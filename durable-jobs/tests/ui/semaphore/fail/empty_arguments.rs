use durable_jobs::prelude::*;

#[semaphore]
struct Desks;

fn main() {}

use durable_jobs::{Host, SemaphoreClient};

struct Desks;

fn uses(host: &Host) {
    let _ = SemaphoreClient::<Desks>::new(host);
}

fn main() {}

use durable_jobs::prelude::*;

#[task]
union Order {
    total: u64,
}

fn main() {}

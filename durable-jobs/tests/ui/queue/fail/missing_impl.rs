use durable_jobs::prelude::*;

#[queue]
#[derive(Serialize, Deserialize)]
struct Email {
    to: String,
}

fn main() {}

use durable_jobs::prelude::*;

#[task]
#[derive(Default, Serialize, Deserialize)]
struct Order;

fn main() {}

use durable_jobs::prelude::*;
use serde::{Deserialize, Serialize};

#[task]
#[derive(Default, Serialize, Deserialize)]
struct Order;

fn main() {}

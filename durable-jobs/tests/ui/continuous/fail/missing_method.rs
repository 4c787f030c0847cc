use durable_jobs::prelude::*;

#[continuous(every = "30m")]
#[derive(Serialize, Deserialize)]
struct TokenRefresher;

impl Continuous for TokenRefresher {
    type Env = ();
}

fn main() {}

use durable_jobs::prelude::*;

/// Calls of an API.
#[rate_limit(permits = 100, window = "1m")]
#[derive(Debug)]
pub struct ApiCalls;

#[rate_limit(permits = 5, window = "1h 30m", algorithm = "sliding_window", name = "logins", client = Logins)]
struct LoginAttempts;

#[rate_limit(permits = 1, window = "1s", algorithm = "token_bucket", burst = 20)]
struct Saving;

#[rate_limit(permits = 4_294_967_295, window = "1d", algorithm = "fixed_window", crate = ::durable_jobs)]
struct Daily;

struct Services;

pub fn main() {
    // A limiter asks for no services, so that it runs on every host.
    let _ = Host::open("jobs.db").job::<ApiCalls>().env(Services).job::<LoginAttempts>();
    let _ = (Saving, Daily);
    let _: Option<(ApiCallsClient, Logins)> = None;
}

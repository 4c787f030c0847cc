use durable_jobs::prelude::*;

/// Exports that run at a time.
#[semaphore(permits = 10)]
#[derive(Debug)]
pub struct Exports;

#[semaphore(permits = 1, lease = "5m", name = "leader", client = Leaders, crate = ::durable_jobs)]
struct Leader;

struct Services;

pub fn main() {
    // A semaphore asks for no services, so that it runs on every host.
    let _ = Host::open("jobs.db").job::<Exports>().env(Services).job::<Leader>();
    let _: Option<(ExportsClient, Leaders)> = None;
}

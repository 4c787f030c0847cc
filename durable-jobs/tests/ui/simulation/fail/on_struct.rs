use durable_jobs_testing::Simulation;

#[durable_jobs_testing::test(seeds = 0..500)]
struct ItHolds(Simulation);

fn main() {}

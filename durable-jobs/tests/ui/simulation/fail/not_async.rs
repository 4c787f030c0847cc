use durable_jobs_testing::Simulation;

#[durable_jobs_testing::test(seeds = 0..500)]
fn it_holds(simulation: Simulation) {
    drop(simulation);
}

fn main() {}

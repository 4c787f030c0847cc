use durable_jobs_testing::Simulation;

#[durable_jobs_testing::test(seeds = 0..500)]
#[test]
async fn it_holds(simulation: Simulation) {
    simulation.calm_down().await;
}

fn main() {}

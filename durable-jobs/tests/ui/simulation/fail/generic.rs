use durable_jobs_testing::Simulation;

#[durable_jobs_testing::test(seeds = 0..500)]
async fn it_holds<T>(simulation: Simulation) {
    simulation.calm_down().await;
}

fn main() {}

use durable_jobs_testing::Simulation;

#[durable_jobs_testing::test(seeds = 0..500)]
async fn it_holds(simulation: Simulation, number: u32) {
    simulation.calm_down().await;
    assert_eq!(number, 1);
}

fn main() {}

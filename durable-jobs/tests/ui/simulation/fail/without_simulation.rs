#[durable_jobs_testing::test(seeds = 0..500)]
async fn it_holds() {}

fn main() {}

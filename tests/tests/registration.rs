//! Two jobs that store under one name are refused at the start, with both types named.

use durable_jobs::{
    embedded::Host,
    prelude::{Continuous, ContinuousContext, Deserialize, JobResult, Next, Serialize, continuous},
};
use durable_jobs_testing::TestHost;

/// Stores under its own name.
#[continuous(every = "1h")]
#[derive(Serialize, Deserialize)]
struct First;

/// Stores under the name of the other.
#[continuous(every = "1h", name = "First")]
#[derive(Serialize, Deserialize)]
struct Second;

impl Continuous for First {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

impl Continuous for Second {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

fn names_both(message: &str) {
    assert!(message.contains("registration::First"), "{message}");
    assert!(message.contains("registration::Second"), "{message}");
}

#[test]
fn the_test_host_refuses_two_jobs_of_one_name() {
    let started = durable_jobs_testing::block_on(async {
        TestHost::new(())
            .job::<First>()
            .job::<Second>()
            .start()
            .await
    });
    names_both(&started.map(drop).expect_err("one name").to_string());
}

#[tokio::test]
async fn the_embedded_host_refuses_two_jobs_of_one_name_before_it_makes_a_file()
-> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("jobs.db");
    let started = Host::open(&path)
        .job::<First>()
        .job::<Second>()
        .start()
        .await;
    names_both(&started.map(drop).expect_err("one name").to_string());
    assert!(!path.exists());
    Ok(())
}

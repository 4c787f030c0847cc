//! Jobs that cannot run together are refused at the start, with both types named.

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

/// Writes to a job that is not registered.
#[continuous(every = "1h", jobs(First))]
#[derive(Serialize, Deserialize)]
struct Writer;

impl Continuous for Writer {
    type Env = ();

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        ctx.jobs::<First>().trigger(ctx.id())?;
        Ok(Next::Scheduled)
    }
}

fn names_sender_and_target(message: &str) {
    assert!(message.contains("registration::Writer"), "{message}");
    let advice = "add `.job::<registration::First>()`";
    assert!(message.contains(advice), "{message}");
}

#[test]
fn the_test_host_refuses_a_job_without_those_that_it_writes_to() {
    let start = async || TestHost::new(()).job::<Writer>().start().await;
    let started = durable_jobs_testing::block_on(start());
    names_sender_and_target(&started.map(drop).expect_err("no target").to_string());
    let start = async || {
        TestHost::new(())
            .job::<Writer>()
            .job::<First>()
            .start()
            .await
    };
    assert!(durable_jobs_testing::block_on(start()).is_ok());
}

#[tokio::test]
async fn the_embedded_host_refuses_a_job_without_those_that_it_writes_to()
-> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("jobs.db");
    let started = Host::open(&path).job::<Writer>().start().await;
    names_sender_and_target(&started.map(drop).expect_err("no target").to_string());
    assert!(!path.exists());
    Ok(())
}

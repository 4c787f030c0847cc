//! Clients list the instances of their job, on every host alike.

use durable_jobs::{
    ClientError, Connect, Page, Status,
    embedded::Host,
    prelude::{Continuous, ContinuousContext, Deserialize, JobResult, Next, Serialize, continuous},
};
use durable_jobs_testing::TestHost;

/// Fails when it is told to.
#[continuous(every = "1h", start_immediately = false, on_exhausted = "park")]
#[derive(Serialize, Deserialize)]
struct Probe {
    fails: bool,
}

impl Continuous for Probe {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        if self.fails {
            return Err("told to".into());
        }
        Ok(Next::Scheduled)
    }
}

/// Never registered.
#[continuous(every = "1h")]
#[derive(Serialize, Deserialize)]
struct Unknown;

impl Continuous for Unknown {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

async fn lists_its_instances(host: &impl Connect) -> Result<(), ClientError> {
    let probes = ProbeClient::new(host);
    for number in 0..250 {
        let id = format!("probe-{number:03}");
        let fails = number % 100 == 7;
        probes.start(&id, Probe { fails }).await?;
    }
    for id in ["probe-007", "probe-107", "probe-207"] {
        probes.trigger(id).await?;
    }

    let (mut ids, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let Page {
            instances, next, ..
        } = probes.list(None, after.as_deref()).await?;
        ids.extend(instances.into_iter().map(|listed| listed.id));
        pages += 1;
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pages, 3);
    assert_eq!(ids.len(), 250);
    assert!(ids.is_sorted());

    let parked = probes.list(Some(Status::Parked), Some("probe-050")).await?;
    let [first, second] = parked.instances.as_slice() else {
        panic!("{parked:?}");
    };
    assert_eq!(
        (first.id.as_str(), second.id.as_str()),
        ("probe-107", "probe-207")
    );
    assert_eq!(first.last_error.as_deref(), Some("told to"));
    assert_eq!((first.run_count, first.due_at), (1, None));
    assert_eq!(parked.next, None);

    let unknown = UnknownClient::new(host).list(None, None).await;
    assert_eq!(
        unknown,
        Err(ClientError::JobNotFound {
            job: "Unknown".into()
        })
    );
    Ok(())
}

#[test]
fn the_test_host_lists_its_instances() -> Result<(), Box<dyn std::error::Error>> {
    durable_jobs_testing::block_on(async {
        let host = TestHost::new(()).job::<Probe>().start().await?;
        Ok(lists_its_instances(&host).await?)
    })
}

#[tokio::test]
async fn the_embedded_host_lists_its_instances() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let host = Host::open(folder.path().join("jobs.db"))
        .job::<Probe>()
        .start()
        .await?;
    lists_its_instances(&host).await?;
    host.shutdown().await;
    Ok(())
}

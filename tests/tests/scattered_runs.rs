//! Runs that are put off by jitter are not late: where missed slots are skipped, they are not.

use durable_jobs::prelude::*;
use durable_jobs_testing::TestHost;

/// Within half an hour of each full one.
#[continuous(
    every = "1h",
    start_immediately = false,
    jitter = "30m",
    missed = "skip"
)]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    missed: u64,
    runs: u32,
}

impl Continuous for Report {
    type Env = ();

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        self.missed += ctx.missed();
        self.runs += 1;
        Ok(Next::Scheduled)
    }
}

#[tokio::test]
async fn a_run_that_is_put_off_is_not_skipped() {
    let host = TestHost::new(()).job::<Report>().start().await.unwrap();
    let reports = ReportClient::new(&host);
    for number in 0..8 {
        let report = Report { missed: 0, runs: 0 };
        reports.start(&number.to_string(), report).await.unwrap();
    }
    host.advance("24h 30m").await;
    for number in 0..8 {
        let report = reports.state(&number.to_string()).await.unwrap();
        let each_hour = Report {
            missed: 0,
            runs: 24,
        };
        assert_eq!(report, Some(each_hour), "{number}");
    }
}

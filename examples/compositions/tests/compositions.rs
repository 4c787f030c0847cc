//! Both compositions, in virtual time.

use compositions::{
    Journal,
    events::{Events, EventsClient, Processor, ProcessorClient},
    metrics::{Publisher, PublisherClient, Sample, Samples, SamplesClient},
};
use durable_jobs_testing::{TestHost, block_on};

type Outcome = Result<(), Box<dyn std::error::Error>>;

async fn start(journal: &Journal) -> Result<TestHost, Box<dyn std::error::Error>> {
    let host = TestHost::new(journal.clone())
        .job::<Samples>()
        .job::<Publisher>()
        .job::<Events>()
        .job::<Processor>();
    Ok(host.start().await?)
}

#[test]
fn samples_are_published_on_the_hour() -> Outcome {
    block_on(async {
        let journal = Journal::default();
        let host = start(&journal).await?;
        let publishers = PublisherClient::new(&host);
        publishers.start("checkout", Publisher {}).await?;
        let samples = SamplesClient::new(&host);
        samples.add("checkout", Sample { latency_ms: 20 }).await?;
        host.advance("30m").await;
        samples.add("checkout", Sample { latency_ms: 40 }).await?;
        assert_eq!(journal.lines(), [""; 0], "not before the hour");

        host.advance("30m").await;
        assert_eq!(journal.lines(), ["checkout: 2 samples, 30 ms"]);

        // An hour without samples: the flush finds nothing.
        host.advance("1h").await;
        assert_eq!(journal.lines().len(), 1);
        Ok(())
    })
}

#[test]
fn a_flush_has_its_events_processed_at_once() -> Outcome {
    block_on(async {
        let journal = Journal::default();
        let host = start(&journal).await?;
        let processors = ProcessorClient::new(&host);
        processors.start("user-1", Processor {}).await?;
        let events = EventsClient::new(&host);
        events.add("user-1", "signed up".to_owned()).await?;
        events.add("user-1", "confirmed".to_owned()).await?;

        host.advance("5s").await;
        let stored = "user-1: stored signed up, confirmed";
        assert_eq!(journal.lines(), [stored, "user-1: processed, run 1"]);
        Ok(())
    })
}

#[test]
fn a_crash_between_the_two_loses_nothing_and_repeats_nothing() -> Outcome {
    block_on(async {
        let journal = Journal::default();
        let host = start(&journal).await?;
        let processors = ProcessorClient::new(&host);
        processors.start("user-1", Processor {}).await?;
        let events = EventsClient::new(&host);
        events.add("user-1", "signed up".to_owned()).await?;
        // The first commit is the mark of the flush, the second its end: with the message, which does not arrive.
        host.crash_after_commit(2);
        host.advance("5s").await;
        assert_eq!(journal.lines(), ["user-1: stored signed up"]);

        host.restart().await?;
        host.advance("1m").await;
        let processed = "user-1: processed, run 1";
        assert_eq!(journal.lines(), ["user-1: stored signed up", processed]);
        Ok(())
    })
}

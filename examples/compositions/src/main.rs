//! Runs both compositions on the embedded host, without waiting for the hour: `cargo run -p compositions`.

#[cfg(target_family = "wasm")]
fn main() {}

#[cfg(not(target_family = "wasm"))]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use compositions::{
        Journal,
        events::{Events, EventsClient, Processor, ProcessorClient},
        metrics::{Publisher, PublisherClient, Sample, Samples, SamplesClient},
    };
    use durable_jobs::Host;

    let folder = tempfile::tempdir()?;
    let journal = Journal::default();
    let host = Host::open(folder.path().join("jobs.db"))
        .env(journal.clone())
        .job::<Samples>()
        .job::<Publisher>()
        .job::<Events>()
        .job::<Processor>()
        .start()
        .await?;

    let publishers = PublisherClient::new(&host);
    publishers.start("checkout", Publisher {}).await?;
    let samples = SamplesClient::new(&host);
    for latency_ms in [20, 40, 60] {
        samples.add("checkout", Sample { latency_ms }).await?;
    }
    publishers.trigger("checkout").await?;

    let processors = ProcessorClient::new(&host);
    processors.start("user-1", Processor {}).await?;
    let events = EventsClient::new(&host);
    events.add("user-1", "signed up".to_owned()).await?;
    events.flush("user-1").await?;

    host.settled().await;
    for line in journal.lines() {
        println!("{line}");
    }
    host.shutdown().await;
    Ok(())
}

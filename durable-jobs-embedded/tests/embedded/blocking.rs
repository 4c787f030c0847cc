//! Handlers that keep their threads instead of waiting.

use std::{
    fmt,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use durable_jobs::{
    Timestamp,
    embedded::clock::ManualClock,
    prelude::*,
    telemetry::{Happening, Observer, Telemetry},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Takes as long as its services say, and keeps its thread meanwhile.
#[continuous(every = "1d")]
#[derive(Serialize, Deserialize)]
struct Stubborn;

impl Continuous for Stubborn {
    type Env = Manner;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        match ctx.env() {
            Manner::Slow(clock, by) => clock.advance(*by),
            Manner::UntilTold(told) => told.wait(),
        }
        Ok(Next::Scheduled)
    }
}

enum Manner {
    /// The clock shows so much more when it lets go.
    Slow(ManualClock, Duration),
    /// Until somebody has been told that it does.
    UntilTold(Told),
}

/// What somebody was told.
#[derive(Clone, Default)]
struct Told(Arc<(Mutex<Vec<String>>, Condvar)>);

impl Told {
    fn tell(&self, what: String) {
        self.0.0.lock().unwrap().push(what);
        self.0.1.notify_all();
    }

    fn lines(&self) -> Vec<String> {
        self.0.0.lock().unwrap().clone()
    }

    fn wait(&self) {
        let lines = self.0.0.lock().unwrap();
        let blocked = |lines: &mut Vec<String>| !lines.iter().any(|line| line.contains("block"));
        drop(self.0.1.wait_while(lines, blocked).unwrap());
    }
}

impl Observer for Told {
    fn observe(&self, event: &Telemetry) {
        if let Happening::Blocked { blocked_ms } = event.happening {
            self.tell(format!("{} {blocked_ms}", event.id));
        }
    }
}

async fn run(clock: ManualClock, manner: Manner, told: &Told) {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::open(folder.path().join("jobs.db"))
        .clock(clock)
        .env(manner)
        .observer(told.clone())
        .job::<Stubborn>()
        .start()
        .await
        .unwrap();
    let stubborn = StubbornClient::new(&host);
    stubborn.start_and_wait("a", Stubborn).await.unwrap();
    host.shutdown().await;
}

#[tokio::test]
async fn a_handler_that_keeps_its_thread_for_a_second_is_told() {
    let clock = ManualClock::new(Timestamp::from_millis(0));
    for (millis, expected) in [(999, vec![]), (1_000, vec!["a 1000"])] {
        let told = Told::default();
        let manner = Manner::Slow(clock.clone(), Duration::from_millis(millis));
        run(clock.clone(), manner, &told).await;
        assert_eq!(told.lines(), expected);
    }
}

/// Tells on which thread it runs.
#[continuous(every = "1d")]
#[derive(Serialize, Deserialize)]
struct Somewhere;

impl Continuous for Somewhere {
    type Env = Told;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        let thread = std::thread::current();
        ctx.env().tell(thread.name().unwrap_or_default().to_owned());
        Ok(Next::Scheduled)
    }
}

/// Timers and commits are those of all instances, and a handler may block its thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_handler_runs_on_a_thread_of_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let (told, clock) = (Told::default(), ManualClock::new(Timestamp::from_millis(0)));
    let host = Host::open(folder.path().join("jobs.db"))
        .clock(clock.clone())
        .env(told.clone())
        .job::<Somewhere>()
        .start()
        .await
        .unwrap();
    let client = SomewhereClient::new(&host);
    for id in 0..20 {
        client.start(&id.to_string(), Somewhere).await.unwrap();
    }
    for _ in 0..100 {
        clock.advance(Duration::from_hours(24));
        host.settled().await;
    }
    host.shutdown().await;
    let threads = told.lines();
    assert!(!threads.is_empty());
    let of_the_host = |thread: &&String| thread.starts_with("durable-jobs-");
    assert_eq!(threads.iter().find(of_the_host), None);
}

/// The only thread is kept until the host complains, which it does from a thread of its own.
#[test]
fn handlers_that_keep_all_threads_are_complained_about() {
    let told = Told::default();
    tracing::subscriber::set_global_default(Complaints(told.clone())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let clock = ManualClock::new(Timestamp::from_millis(0));
    runtime.block_on(run(
        clock,
        Manner::UntilTold(told.clone()),
        &Told::default(),
    ));
    let lines = told.lines();
    assert!(
        lines.iter().any(|line| line.contains("block all threads")),
        "{lines:?}"
    );
}

/// Keeps the errors that are traced.
struct Complaints(Told);

impl Subscriber for Complaints {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::ERROR
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line(&self.0));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

struct Line<'a>(&'a Told);

impl Visit for Line<'_> {
    fn record_debug(&mut self, _field: &Field, value: &dyn fmt::Debug) {
        self.0.tell(format!("{value:?}"));
    }
}

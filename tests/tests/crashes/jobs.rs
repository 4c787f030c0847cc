//! The jobs of the program: each kind that keeps something, and messages from all of them to one.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use durable_jobs::{Host, embedded::HostBuilder, prelude::*};

use crate::{Place, record::Record};

/// Where handlers leave a trace of what they did.
#[derive(Clone)]
pub(crate) struct Services(Arc<Record>);

impl Services {
    pub(crate) fn new(effects: &Path) -> Self {
        Self(Arc::new(Record::open(effects)))
    }

    fn did(&self, what: &str) {
        self.0.append(what);
    }
}

/// Where all messages go.
pub(crate) const SINK: &str = "sink";

/// Folds numbers, and tells the sink which it has flushed.
#[debounce(
    flush_after = "100ms",
    max_events = 20,
    dedup_window = "1h",
    retry(max_attempts = 1000, backoff = "fixed", base = "100ms", jitter = false),
    jobs(Sink)
)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Batch {
    pub(crate) numbers: Vec<u64>,
}

impl Debounce for Batch {
    type Event = u64;
    type Env = Services;

    fn on_event(&mut self, number: u64, _ctx: &EventContext) -> JobResult {
        self.numbers.push(number);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        let numbers: Vec<_> = self.numbers.iter().map(u64::to_string).collect();
        let (id, key) = (ctx.id(), ctx.idempotency_key());
        ctx.env()
            .did(&format!("flush {id} {key} {}", numbers.join(",")));
        tokio::task::yield_now().await;
        let (first, last) = (self.numbers[0], self.numbers[self.numbers.len() - 1]);
        ctx.jobs::<Sink>().send(SINK, Told::new(id, first, last))
    }
}

/// Takes numbers in turn, and tells the sink of them when its timer fires.
#[task(
    retry(max_attempts = 1000, backoff = "fixed", base = "100ms", jitter = false),
    jobs(Sink)
)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Errand {
    pub(crate) last: u64,
    pub(crate) told: u64,
}

impl Task for Errand {
    type Event = u64;
    type Env = Services;

    async fn on_event(&mut self, number: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        if number != self.last + 1 {
            let (id, last) = (ctx.id(), self.last);
            ctx.env()
                .did(&format!("broken {id} got {number} after {last}"));
        }
        self.last = number;
        if ctx.scheduled_at().is_none() {
            ctx.schedule(Duration::from_millis(20));
        }
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let (first, last) = (self.told + 1, self.last);
        if first <= last {
            ctx.jobs::<Sink>()
                .send(SINK, Told::new(ctx.id(), first, last))?;
        }
        self.told = last;
        Ok(())
    }
}

/// Beats all the time, and tells the sink.
#[continuous(every = "100ms", jobs(Sink))]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Pulse {
    pub(crate) beats: u64,
    last_due: i64,
}

impl Continuous for Pulse {
    type Env = Services;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        let due = ctx.scheduled_for().as_millis();
        let (id, key) = (ctx.id(), ctx.idempotency_key());
        ctx.env().did(&format!("beat {id} {key} {due}"));
        if due <= self.last_due {
            let last = self.last_due;
            ctx.env()
                .did(&format!("broken {id} slot {due} after {last}"));
        }
        self.last_due = due;
        self.beats += 1;
        tokio::task::yield_now().await;
        ctx.jobs::<Sink>()
            .send(SINK, Told::new(id, self.beats, self.beats))?;
        Ok(Next::Scheduled)
    }
}

/// A message with a number that no other one has.
#[queue(
    concurrency = 4,
    retry(max_attempts = 1000, backoff = "fixed", base = "100ms", jitter = false)
)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) number: u64,
}

impl Queue for Parcel {
    type Env = Services;

    async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {
        let (key, number) = (ctx.idempotency_key(), self.number);
        ctx.env().did(&format!("parcel {key} {number}"));
        tokio::task::yield_now().await;
        Ok(())
    }
}

/// Hears of everybody's numbers, each once and in turn.
#[task]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Sink {
    pub(crate) heard: BTreeMap<String, u64>,
}

/// Numbers of a sender.
#[derive(Serialize, Deserialize)]
pub(crate) struct Told {
    sender: String,
    first: u64,
    last: u64,
}

impl Told {
    fn new(sender: &str, first: u64, last: u64) -> Self {
        let sender = sender.to_owned();
        Self {
            sender,
            first,
            last,
        }
    }
}

impl Task for Sink {
    type Event = Told;
    type Env = Services;

    async fn on_event(&mut self, told: Told, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let Told {
            sender,
            first,
            last,
        } = told;
        let heard = self.heard.entry(sender.clone()).or_default();
        if first != *heard + 1 {
            let line = format!("broken sink got {first} of {sender} after {heard}");
            ctx.env().did(&line);
        }
        *heard = last;
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

/// A host with all of them.
pub(crate) fn host(place: &Place) -> HostBuilder<Services> {
    Host::open(place.database())
        .env(Services::new(&place.effects()))
        .without_tracing()
        .job::<Batch>()
        .job::<Errand>()
        .job::<Pulse>()
        .job::<Parcel>()
        .job::<Sink>()
}

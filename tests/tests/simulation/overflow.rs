//! Debounce jobs that hold few events, one for each thing that can be done with those for which there is no room.

use std::collections::BTreeSet;

use durable_jobs::{Added, ClientError, DebounceClient, prelude::*};
use durable_jobs_testing::{
    Span, TestHost,
    simulator::{Simulation, Step},
};

use crate::office::{Office, run};

const STEPS: u32 = 12;

/// The jobs hold so many.
const ROOM: usize = 4;

macro_rules! collector {
    ($name:ident, $overflow:literal) => {
        #[debounce(
                    flush_after = "20s",
                    max_buffered = 4,
                    overflow = $overflow,
                    retry(max_attempts = 3, backoff = "fixed", base = "10s", jitter = false),
                    timeout = "15s"
                )]
        #[derive(Default, Serialize, Deserialize)]
        struct $name {
            items: Vec<u64>,
        }

        impl Debounce for $name {
            type Event = u64;
            type Env = Office;

            fn on_event(&mut self, item: u64, _ctx: &EventContext) -> JobResult {
                self.items.push(item);
                Ok(())
            }

            async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
                ctx.env().work(run!(ctx, self.items.clone())).await
            }
        }
    };
}

collector!(Refuses, "reject");
collector!(DropsNewest, "drop_newest");
collector!(DropsOldest, "drop_oldest");
collector!(Flushes, "flush");

/// What callers of one of them know.
#[derive(Default)]
struct Known {
    instance: &'static str,
    /// What was taken.
    taken: BTreeSet<u64>,
    /// What was not: it is never seen again.
    refused: BTreeSet<u64>,
    /// How many events were told to have been dropped for another.
    dropped: u64,
    /// How many answers were lost, each of which may have told of one more.
    unheard: u64,
}

impl Known {
    fn of(instance: &'static str) -> Self {
        Self {
            instance,
            ..Self::default()
        }
    }

    fn hear(&mut self, item: u64, told: Option<Option<Added>>) {
        match told {
            None => self.unheard += 1,
            Some(None) => drop(self.refused.insert(item)),
            Some(Some(added)) if self.instance.contains("Newest") && added.dropped > 0 => {
                self.refused.insert(item);
            }
            Some(Some(added)) => {
                self.taken.insert(item);
                self.dropped += added.dropped;
            }
        }
    }

    /// What is stored, and of which batch it is.
    fn kept(&self, host: &TestHost) -> Vec<(u64, u64)> {
        let stored = host.rows(self.instance);
        let events = stored.map(|stored| stored.events).unwrap_or_default();
        let number = |event: &str| event.parse().expect("an event is a number");
        let kept = events.iter();
        kept.map(|event| (event.generation, number(&event.event)))
            .collect()
    }

    fn check(&self, host: &TestHost, office: &Office) {
        let kept = self.kept(host);
        let collecting = kept.iter().map(|(batch, _)| *batch).max();
        let here: Vec<u64> = kept
            .iter()
            .filter(|(batch, _)| Some(*batch) == collecting)
            .map(|(_, item)| *item)
            .collect();
        assert!(here.len() <= ROOM, "{} holds {kept:?}", self.instance);
        let log = office.log();
        let tried = log.runs.iter().filter(|run| run.instance == self.instance);
        let seen: BTreeSet<u64> = kept
            .iter()
            .map(|(_, item)| *item)
            .chain(tried.flat_map(|run| run.items.iter().copied()))
            .collect();
        let came_back: Vec<_> = self.refused.intersection(&seen).collect();
        assert!(came_back.is_empty(), "{}: {came_back:?}", self.instance);
        let lost: Vec<u64> = self.taken.difference(&seen).copied().collect();
        self.check_lost(&lost, &here);
    }

    /// Only those who said so drop what they have taken, only the oldest, and no more than they told.
    fn check_lost(&self, lost: &[u64], here: &[u64]) {
        if !self.instance.contains("Oldest") {
            assert!(lost.is_empty(), "{} has lost {lost:?}", self.instance);
        }
        assert!(
            lost.len() as u64 <= self.dropped + self.unheard,
            "{} told of {}, and has lost {lost:?}",
            self.instance,
            self.dropped
        );
        assert!(
            lost.last() < here.first() || here.is_empty(),
            "{} has lost {lost:?}, and not {here:?}",
            self.instance
        );
    }
}

struct Story {
    simulation: Simulation,
    host: TestHost,
    office: Office,
    known: [Known; 4],
    refusing: DebounceClient<Refuses>,
    without_newest: DebounceClient<DropsNewest>,
    without_oldest: DebounceClient<DropsOldest>,
    flushing: DebounceClient<Flushes>,
}

pub(crate) async fn tell(simulation: Simulation) {
    simulation.relentless();
    let office = Office::new(simulation.unreliable());
    let builder = TestHost::new(office.clone())
        .job::<Refuses>()
        .job::<DropsNewest>()
        .job::<DropsOldest>()
        .job::<Flushes>();
    let host = simulation.start(builder).await;
    let mut story = Story {
        known: [
            "debounce:Refuses:a",
            "debounce:DropsNewest:a",
            "debounce:DropsOldest:a",
            "debounce:Flushes:a",
        ]
        .map(Known::of),
        refusing: DebounceClient::new(&host),
        without_newest: DebounceClient::new(&host),
        without_oldest: DebounceClient::new(&host),
        flushing: DebounceClient::new(&host),
        simulation,
        host,
        office,
    };
    let simulation = story.simulation.clone();
    for mut step in simulation.steps(STEPS) {
        story.act(&mut step).await;
        story.check();
    }
    story.end().await;
}

/// Makes a call once: `Some(None)` is a refusal for want of room.
async fn add(
    simulation: &Simulation,
    call: impl Future<Output = Result<Added, ClientError>>,
) -> Option<Option<Added>> {
    let refusable = async {
        match call.await {
            Err(ClientError::Overflow { .. }) => Ok(None),
            other => other.map(Some),
        }
    };
    simulation.attempt(refusable).await
}

impl Story {
    async fn act(&mut self, step: &mut Step) {
        match step.rng().u32(..4) {
            0 => {
                let time = "1s".duration() * step.rng().u32(1..40);
                step.note(format_args!("wait for {time:?}"));
                self.simulation.advance(time).await;
            }
            1 => {
                step.note("resume everything");
                self.resume_all().await;
            }
            _ => self.add_some(step).await,
        }
    }

    async fn add_some(&mut self, step: &mut Step) {
        let which = step.rng().usize(..4);
        let first = u64::from(step.number()) * 10;
        let items = first..first + step.rng().u64(1..8);
        step.note(format_args!(
            "add {items:?} to {}",
            self.known[which].instance
        ));
        for item in items {
            let simulation = &self.simulation;
            let told = match which {
                0 => add(simulation, self.refusing.add("a", item)).await,
                1 => add(simulation, self.without_newest.add("a", item)).await,
                2 => add(simulation, self.without_oldest.add("a", item)).await,
                _ => add(simulation, self.flushing.add("a", item)).await,
            };
            self.known[which].hear(item, told);
        }
    }

    async fn resume_all(&self) {
        self.simulation.attempt(self.refusing.resume("a")).await;
        self.simulation
            .attempt(self.without_newest.resume("a"))
            .await;
        self.simulation
            .attempt(self.without_oldest.resume("a"))
            .await;
        self.simulation.attempt(self.flushing.resume("a")).await;
    }

    fn check(&self) {
        let known = self.known.iter();
        known.for_each(|known| known.check(&self.host, &self.office));
    }

    async fn end(self) {
        self.simulation.calm_down().await;
        for _ in 0..2 {
            self.resume_all().await;
            self.simulation.advance("3m").await;
            self.check();
        }
        for known in &self.known {
            let kept = known.kept(&self.host);
            assert!(kept.is_empty(), "{} holds {kept:?}", known.instance);
            let log = self.office.log();
            let done: BTreeSet<u64> = log.done(known.instance).collect();
            let lost: Vec<u64> = known.taken.difference(&done).copied().collect();
            known.check_lost(&lost, &[]);
        }
    }
}

//! What an `acquire` costs beside the `add` of a debounce job. Both take short turns on one host.

use durable_jobs::Host;

use super::{
    calls::{acquire, add},
    folder, host,
};
use crate::{
    Failure,
    drive::{Driven, Until, drive},
    jobs::{QuotaClient, SlotsClient, TallyClient},
    options::Options,
    report::{Figure, Goal, Report},
    stats::median_by,
};

const CALLERS: usize = 256;
const INSTANCES: [usize; 2] = [1, 1_000];

/// More calls than one turn has.
const FAR: usize = 10_000_000;

/// Whom callers ask for permits.
#[derive(Clone, Copy, Debug)]
enum Giver {
    /// Asked once.
    RateLimit,
    /// Asked, and given back what it gave: two calls.
    Semaphore,
}

/// One turn of each, in calls per second.
struct Turns {
    permits: f64,
    adds: f64,
}

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    for giver in [Giver::RateLimit, Giver::Semaphore] {
        for instances in INSTANCES {
            let name = giver.figure_name(instances);
            if !options.wants(&name) {
                continue;
            }
            let turns = giver.take_turns(instances, options).await?;
            if let Some(middle) = median_by(turns, |turns| turns.permits / turns.adds) {
                let figure = Figure::new(name, middle.permits, "/s").beside(middle.adds);
                let figure = figure.goal(Goal::RatioAtLeast(0.8));
                report.add(&figure.note("beside `add` in place of the limit"));
            }
        }
    }
    Ok(())
}

impl Giver {
    fn figure_name(self, instances: usize) -> String {
        let giver = match self {
            Self::RateLimit => "rate_limit",
            Self::Semaphore => "semaphore",
        };
        format!("acquire_beside_add_{giver}_{instances}")
    }

    async fn take_turns(self, instances: usize, options: &Options) -> Result<Vec<Turns>, Failure> {
        let folder = folder(options)?;
        let host = host(&folder, "permits.db").await?;
        let everyone = Until::Calls(instances);
        self.ask(&host, 0, instances, everyone).await?;
        add_events(&host, 0, instances, everyone).await?;
        let until = Until::Passed(options.effort.turn);
        let mut all = Vec::with_capacity(options.effort.turns);
        for turn in 0..options.effort.turns {
            let first = turn * FAR;
            let asked = self.ask(&host, first, instances, until).await?;
            let added = add_events(&host, first, instances, until).await?;
            all.push(Turns {
                permits: asked.per_second() * self.calls_each(),
                adds: added.per_second(),
            });
        }
        host.shutdown().await;
        Ok(all)
    }

    fn calls_each(self) -> f64 {
        match self {
            Self::RateLimit => 1.0,
            Self::Semaphore => 2.0,
        }
    }

    async fn ask(
        self,
        host: &Host,
        first: usize,
        instances: usize,
        until: Until,
    ) -> Result<Driven, Failure> {
        match self {
            Self::RateLimit => {
                let make_caller = || {
                    let quotas = QuotaClient::new(host);
                    move |number| acquire(quotas.clone(), first + number, instances)
                };
                drive(CALLERS, until, make_caller).await
            }
            Self::Semaphore => {
                let make_caller = || {
                    let slots = SlotsClient::new(host);
                    move |number| take_and_give_back(slots.clone(), first + number, instances)
                };
                drive(CALLERS, until, make_caller).await
            }
        }
    }
}

async fn add_events(
    host: &Host,
    first: usize,
    instances: usize,
    until: Until,
) -> Result<Driven, Failure> {
    let make_caller = || {
        let tallies = TallyClient::new(host);
        move |number| add(tallies.clone(), first + number, instances)
    };
    drive(CALLERS, until, make_caller).await
}

async fn take_and_give_back(
    slots: SlotsClient,
    number: usize,
    instances: usize,
) -> Result<(), Failure> {
    let id = format!("printer-{}", number % instances);
    let permit = slots.try_acquire(&id, 1).await?.permit;
    let permit = permit.ok_or("a semaphore had no permit left")?;
    match slots.release(&id, &permit).await?.released {
        true => Ok(()),
        false => Err("a lease was over".into()),
    }
}

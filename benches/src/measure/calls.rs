//! Durable calls per second, beside SQLite's own rate for the same rows.

use std::thread;

use durable_jobs::Host;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::{folder, host};
use crate::{
    Failure, cpu,
    drive::{Driven, Until, drive},
    jobs::{
        AccountClient, Delivery, DeliveryClient, QuotaClient, TallyClient, Token, TokenClient,
        Webhook,
    },
    options::Options,
    raw::{Limit, Written},
    report::{Figure, Goal, Report},
    stats::median_by,
};

const CALLERS: [usize; 4] = [1, 32, 256, 1024];
const MANY: usize = 1_000;

/// More calls than one turn has.
const FAR: usize = 10_000_000;

/// A call to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Add,
    Start,
    Send,
    Acquire,
    Enqueue,
}

/// A call, made by so many callers to so many instances.
#[derive(Clone, Copy, Debug)]
struct Case {
    call: Call,
    callers: usize,
    instances: usize,
}

/// One turn of the host and one of the limit.
struct Turns {
    host: f64,
    limit: f64,
    group: f64,
    p50: f64,
    p99: f64,
    /// Microseconds of the processor for each call and for each row of the limit.
    cpu: Option<(f64, f64)>,
}

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    for case in cases().filter(|case| options.wants(&case.name())) {
        let turns = case.take_turns(options).await?;
        if let Some(middle) = median_by(turns, |turns| turns.host / turns.limit) {
            report.add(&case.figure(&middle));
        }
    }
    Ok(())
}

/// Runs on a thread that a profiler tells from those of the host by its name.
pub(super) async fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let (ended, end) = oneshot::channel();
    thread::Builder::new()
        .name("limit".to_owned())
        .spawn(move || ended.send(work()))?;
    end.await?
}

fn cases() -> impl Iterator<Item = Case> {
    let case = |call, instances| {
        CALLERS.into_iter().map(move |callers| Case {
            call,
            callers,
            instances,
        })
    };
    // Every start has an instance of its own.
    case(Call::Add, 1)
        .chain(case(Call::Add, MANY))
        .chain(case(Call::Start, 0))
        .chain(case(Call::Send, 1))
        .chain(case(Call::Send, MANY))
        .chain(case(Call::Acquire, 1))
        .chain(case(Call::Acquire, MANY))
        .chain(case(Call::Enqueue, 1))
        .chain(case(Call::Enqueue, MANY))
}

impl Case {
    fn name(self) -> String {
        let callers = match self.callers {
            1 => "1_caller".to_owned(),
            callers => format!("{callers}_callers"),
        };
        match (self.call, self.instances) {
            (Call::Add, 1) => format!("add_{callers}_1_instance"),
            (Call::Add, instances) => format!("add_{callers}_{instances}_instances"),
            (Call::Start, _) => format!("start_{callers}_fresh_ids"),
            (Call::Send, 1) => format!("send_{callers}_1_instance"),
            (Call::Send, instances) => format!("send_{callers}_{instances}_instances"),
            (Call::Acquire, 1) => format!("acquire_{callers}_1_instance"),
            (Call::Acquire, instances) => format!("acquire_{callers}_{instances}_instances"),
            (Call::Enqueue, 1) => format!("enqueue_{callers}_1_instance"),
            (Call::Enqueue, instances) => format!("enqueue_{callers}_{instances}_instances"),
        }
    }

    fn goal(self) -> Option<Goal> {
        match (self.callers, self.instances) {
            (1, _) => Some(Goal::RatioAtLeast(0.8)),
            (256, MANY) => Some(Goal::RatioAtLeast(0.5)),
            (256, 1) if matches!(self.call, Call::Add | Call::Enqueue) => {
                Some(Goal::RatioAtLeast(0.5))
            }
            (256, 0) => Some(Goal::RatioAtLeast(0.5)),
            _ => None,
        }
    }

    fn figure(self, turns: &Turns) -> Figure {
        let Turns {
            host,
            limit,
            group,
            p50,
            p99,
            cpu,
        } = *turns;
        let cpu = cpu.map_or_else(String::new, |(host, limit)| {
            format!(", cpu {host:.1} and {limit:.1} us")
        });
        let note = format!("group {group:.1}, p50 {p50:.2} ms, p99 {p99:.2} ms{cpu}");
        Figure::new(self.name(), host, "/s")
            .beside(limit)
            .goal(self.goal())
            .note(note)
    }

    async fn take_turns(self, options: &Options) -> Result<Vec<Turns>, Failure> {
        let folder = folder(options)?;
        let mut limit = self.rehearse(&folder, options).await?;
        let host = host(&folder, "host.db").await?;
        self.prepare(&host).await?;
        let mut all = Vec::with_capacity(options.effort.turns);
        let mut first = 0;
        for _ in 0..options.effort.turns {
            let (turns, used) = self.take_turn(&host, limit, first, options).await?;
            (limit, first) = (used, first + FAR);
            all.push(turns);
        }
        host.shutdown().await;
        Ok(all)
    }

    /// Lets a host of its own write for a moment, for the sake of the rows.
    async fn rehearse(self, folder: &TempDir, options: &Options) -> Result<Limit, Failure> {
        let host = host(folder, "rehearsal.db").await?;
        self.prepare(&host).await?;
        let until = Until::Passed(options.effort.turn);
        self.drive(&host, 0, 64, until).await?;
        let rehearsed = host.path().to_owned();
        host.shutdown().await;
        let (path, written) = (folder.path().join("limit.db"), self.written());
        in_thread(move || Limit::new(&rehearsed, &path, written)).await
    }

    async fn take_turn(
        self,
        host: &Host,
        mut limit: Limit,
        first: usize,
        options: &Options,
    ) -> Result<(Turns, Limit), Failure> {
        let (before, ran) = (host.commit_statistics(), cpu::of_process());
        let until = Until::Passed(options.effort.turn);
        let mut driven = self.drive(host, first, self.callers, until).await?;
        let groups = host.commit_statistics().groups - before.groups;
        let ran = cpu::of_process().zip(ran).map(|(now, before)| now - before);
        let calls = driven.calls;
        let group = calls as f64 / groups.max(1) as f64;
        let (elapsed, limit_ran, limit) = in_thread(move || {
            let (elapsed, ran) = limit.write(calls, group)?;
            Ok((elapsed, ran, limit))
        })
        .await?;
        let turns = Turns {
            host: driven.per_second(),
            limit: calls as f64 / elapsed.as_secs_f64(),
            group,
            p50: driven.wait(0.5),
            p99: driven.wait(0.99),
            cpu: ran
                .zip(limit_ran)
                .map(|(host, limit)| (host / calls as f64, limit / calls as f64)),
        };
        Ok((turns, limit))
    }

    fn written(self) -> Written {
        match self.call {
            Call::Add => Written::Events,
            Call::Start => Written::Instances,
            Call::Send | Call::Acquire => Written::Changes,
            Call::Enqueue => Written::Messages,
        }
    }

    /// Makes the instances.
    async fn prepare(self, host: &Host) -> Result<(), Failure> {
        if self.instances > 0 {
            let until = Until::Calls(self.instances);
            self.drive(host, 0, 64.min(self.instances), until).await?;
        }
        if self.call == Call::Enqueue {
            let deliveries = DeliveryClient::new(host);
            for number in 0..self.instances {
                deliveries.pause(&receiver(number, self.instances)).await?;
            }
        }
        Ok(())
    }

    /// Lets callers call; the numbers of their calls begin at `first`.
    async fn drive(
        self,
        host: &Host,
        first: usize,
        callers: usize,
        until: Until,
    ) -> Result<Driven, Failure> {
        let instances = self.instances;
        match self.call {
            Call::Add => {
                let make_caller = || {
                    let tallies = TallyClient::new(host);
                    move |number| add(tallies.clone(), first + number, instances)
                };
                drive(callers, until, make_caller).await
            }
            Call::Start => {
                let make_caller = || {
                    let tokens = TokenClient::new(host);
                    move |number| start(tokens.clone(), first + number)
                };
                drive(callers, until, make_caller).await
            }
            Call::Enqueue => {
                let make_caller = || {
                    let deliveries = DeliveryClient::new(host);
                    move |number| enqueue(deliveries.clone(), first + number, instances)
                };
                drive(callers, until, make_caller).await
            }
            Call::Send => {
                let make_caller = || {
                    let accounts = AccountClient::new(host);
                    move |number| send(accounts.clone(), first + number, instances)
                };
                drive(callers, until, make_caller).await
            }
            Call::Acquire => {
                let make_caller = || {
                    let quotas = QuotaClient::new(host);
                    move |number| acquire(quotas.clone(), first + number, instances)
                };
                drive(callers, until, make_caller).await
            }
        }
    }
}

/// Takes a permit of one of so many instances.
pub(super) async fn acquire(
    quotas: QuotaClient,
    number: usize,
    instances: usize,
) -> Result<(), Failure> {
    let id = format!("customer-{}", number % instances);
    match quotas.acquire(&id, 1).await?.allowed {
        true => Ok(()),
        false => Err("a limit was reached".into()),
    }
}

/// Adds an event to one of so many instances.
pub(super) async fn add(
    tallies: TallyClient,
    number: usize,
    instances: usize,
) -> Result<(), Failure> {
    let id = format!("contact-{}", number % instances);
    tallies.add(&id, Webhook::new(number as u64)).await?;
    Ok(())
}

/// Starts an instance of its own.
pub(super) async fn start(tokens: TokenClient, number: usize) -> Result<(), Failure> {
    let started = tokens
        .start(&format!("user-{number}"), Token::new())
        .await?;
    if started.created {
        Ok(())
    } else {
        Err("an instance was started twice".into())
    }
}

async fn send(accounts: AccountClient, number: usize, instances: usize) -> Result<(), Failure> {
    let id = format!("account-{}", number % instances);
    accounts.send(&id, Webhook::new(number as u64)).await?;
    Ok(())
}

fn receiver(number: usize, instances: usize) -> String {
    format!("receiver-{}", number % instances)
}

/// Puts a message into one of so many queues, which are paused.
async fn enqueue(
    deliveries: DeliveryClient,
    number: usize,
    instances: usize,
) -> Result<(), Failure> {
    let delivery = Delivery(Webhook::new(number as u64));
    deliveries
        .enqueue(&receiver(number, instances), delivery)
        .await?;
    Ok(())
}

//! Throughput beside the floor.

use crate::{
    Failure,
    contender::{Contender, Running},
    cpu::Watch,
    load::{Turn, Until, drive},
    options::Options,
    report::{Comparison, Report, Side},
    scenario::{self, CALLERS, Scenario},
    statistics::{median, middle, percentile},
};

/// What the jobs should reach of the floor's throughput.
const GOAL: f64 = 0.9;

/// Both Workers, running.
struct Pair {
    jobs: Running,
    floor: Running,
}

/// One turn of each.
struct Turns {
    jobs: Turn,
    floor: Turn,
}

impl Turns {
    fn ratio(&self) -> f64 {
        self.jobs.rate / self.floor.rate
    }

    fn cpu_ratio(&self) -> f64 {
        self.floor.cpu_us / self.jobs.cpu_us
    }
}

/// Measures every scenario that is asked for.
pub(crate) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    for scenario in scenario::all() {
        let callers = CALLERS.into_iter();
        let wanted = callers.filter(|callers| options.wants(&scenario.name(*callers)));
        let wanted: Vec<usize> = wanted.collect();
        if wanted.is_empty() {
            continue;
        }
        let pair = warm(options, scenario).await?;
        for callers in wanted {
            report.compare(&compare(options, &pair, scenario, callers).await?);
        }
    }
    Ok(())
}

/// Starts both anew for each scenario, so that what one leaves behind does not weigh on the next.
async fn warm(options: &Options, scenario: Scenario) -> Result<Pair, Failure> {
    let pair = Pair {
        jobs: Contender::Jobs.start(options)?,
        floor: Contender::Floor.start(options)?,
    };
    for running in [&pair.jobs, &pair.floor] {
        let objects = Until::Answered(scenario.objects);
        drive(running, 16, objects, move |number| scenario.prepare(number)).await?;
        let warm_up = Until::Answered(options.effort.warm_up);
        drive(running, 8, warm_up, move |number| scenario.request(number)).await?;
    }
    Ok(pair)
}

async fn compare(
    options: &Options,
    pair: &Pair,
    scenario: Scenario,
    callers: usize,
) -> Result<Comparison, Failure> {
    let until = Until::Passed(options.effort.turn);
    let turn = |running| {
        drive(running, callers, until, move |number| {
            scenario.request(number)
        })
    };
    let watch = Watch::start(&[pair.jobs.process, pair.floor.process]);
    let mut turns = Vec::new();
    for number in 0..options.effort.turns {
        // Whoever comes first might have it easier.
        let (jobs, floor) = match number % 2 {
            0 => {
                let jobs = turn(&pair.jobs).await?;
                (jobs, turn(&pair.floor).await?)
            }
            _ => {
                let floor = turn(&pair.floor).await?;
                (turn(&pair.jobs).await?, floor)
            }
        };
        turns.push(Turns { jobs, floor });
    }
    Ok(summary(scenario.name(callers), &turns, watch.others()))
}

fn summary(name: String, turns: &[Turns], others: f64) -> Comparison {
    let shown = middle(turns, Turns::ratio);
    let rate = |side: fn(&Turns) -> &Turn| shown.map_or(0.0, |turns| side(turns).rate);
    Comparison {
        name,
        ratio: median(turns.iter().map(Turns::ratio)),
        cpu_ratio: median(turns.iter().map(Turns::cpu_ratio)),
        goal: GOAL,
        others,
        jobs: side(rate(|turns| &turns.jobs), turns, |turns| &turns.jobs),
        floor: side(rate(|turns| &turns.floor), turns, |turns| &turns.floor),
    }
}

fn side(rate: f64, turns: &[Turns], of: fn(&Turns) -> &Turn) -> Side {
    let all = turns.iter().flat_map(|turns| &of(turns).latencies_ms);
    let mut latencies: Vec<f64> = all.copied().collect();
    Side {
        rate,
        p50_ms: percentile(&mut latencies, 0.5),
        p99_ms: percentile(&mut latencies, 0.99),
        cpu_us: median(turns.iter().map(|turns| of(turns).cpu_us)),
    }
}

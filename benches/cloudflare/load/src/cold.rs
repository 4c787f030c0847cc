//! First requests beside those of a bare Worker.

use std::time::Instant;

use crate::{
    Failure,
    contender::{Contender, Running},
    http::{Connection, Request},
    options::Options,
    report::{Cold, Report},
    scenario::add,
    statistics::median,
};

/// How much longer than the bare Worker's a first request may take.
const GOAL: f64 = 1.3;

/// Objects that are called for the first time in each process.
const OBJECTS: usize = 30;

/// Milliseconds of one start.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// Until workerd listens.
    listening: f64,
    /// The first request of the process, to its first object.
    first_request: f64,
    /// The first request of another object, the median.
    first_of_object: f64,
}

/// One figure of a start.
struct Figure {
    name: &'static str,
    goal: Option<f64>,
    of: fn(&Start) -> f64,
}

const FIGURES: [Figure; 3] = [
    Figure {
        name: "cold_process_until_it_listens",
        goal: None,
        of: |start| start.listening,
    },
    Figure {
        name: "cold_isolate_first_request",
        goal: Some(GOAL),
        of: |start| start.first_request,
    },
    Figure {
        name: "cold_object_first_request",
        goal: Some(GOAL),
        of: |start| start.first_of_object,
    },
];

/// Starts both Workers again and again.
pub(crate) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    if !FIGURES.iter().any(|figure| options.wants(figure.name)) {
        return Ok(());
    }
    let mut starts = Vec::new();
    for number in 0..options.effort.starts {
        // Whoever comes first might have it harder.
        starts.push(match number % 2 {
            0 => {
                let jobs = start(options, Contender::Jobs).await?;
                (jobs, start(options, Contender::Bare).await?)
            }
            _ => {
                let bare = start(options, Contender::Bare).await?;
                (start(options, Contender::Jobs).await?, bare)
            }
        });
    }
    for figure in FIGURES {
        if options.wants(figure.name) {
            report.cold(&cold(&figure, &starts));
        }
    }
    Ok(())
}

fn cold(figure: &Figure, starts: &[(Start, Start)]) -> Cold {
    let Figure { name, goal, of } = figure;
    Cold {
        name,
        goal: *goal,
        ratio: median(starts.iter().map(|(jobs, bare)| of(jobs) / of(bare))),
        jobs_ms: median(starts.iter().map(|(jobs, _)| of(jobs))),
        bare_ms: median(starts.iter().map(|(_, bare)| of(bare))),
    }
}

async fn start(options: &Options, contender: Contender) -> Result<Start, Failure> {
    let started = Instant::now();
    let running = contender.start(options)?;
    let listening = millis_since(started);
    let mut connection = Connection::open(&running.url).await?;
    let first_request = first(contender, &running, &mut connection, 0).await?;
    let mut others = Vec::new();
    for object in 1..=OBJECTS {
        others.push(first(contender, &running, &mut connection, object).await?);
    }
    Ok(Start {
        listening,
        first_request,
        first_of_object: median(others),
    })
}

async fn first(
    contender: Contender,
    running: &Running,
    connection: &mut Connection,
    object: usize,
) -> Result<f64, Failure> {
    let request = match contender {
        Contender::Bare => Request::get(format!("/{object}")),
        Contender::Jobs | Contender::Floor => add(object),
    };
    let asked = Instant::now();
    let answered = connection.send(&request).await;
    answered.map_err(|failure| running.explain(&failure))?;
    Ok(millis_since(asked))
}

fn millis_since(moment: Instant) -> f64 {
    moment.elapsed().as_secs_f64() * 1_000.0
}

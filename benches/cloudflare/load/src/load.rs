//! Callers that wait for each answer before they ask again.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::{
    Failure,
    contender::Running,
    http::{Connection, Request},
};

/// What one turn of a Worker has shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    /// Requests in a second.
    pub(crate) rate: f64,
    /// Processor time of workerd for each request, in microseconds.
    pub(crate) cpu_us: f64,
    /// How long each request took, in milliseconds.
    pub(crate) latencies_ms: Vec<f64>,
}

/// When callers stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    Passed(Duration),
    /// That many requests have been answered, of all callers together.
    Answered(usize),
}

/// Lets callers ask until that; `request` makes the request of a number.
pub(crate) async fn drive<R>(
    running: &Running,
    callers: usize,
    until: Until,
    request: R,
) -> Result<Turn, Failure>
where
    R: Fn(usize) -> Request + Copy + Send + 'static,
{
    let mut connections = Vec::with_capacity(callers);
    for _ in 0..callers {
        connections.push(Connection::open(&running.url).await?);
    }
    let (cpu_before, started) = (running.cpu_us(), Instant::now());
    let mut tasks = JoinSet::new();
    for (number, connection) in connections.into_iter().enumerate() {
        let numbers = (number..).step_by(callers);
        tasks.spawn(ask(connection, numbers, until, request));
    }
    let mut latencies_ms = Vec::new();
    while let Some(asked) = tasks.join_next().await {
        latencies_ms.extend(asked?.map_err(|failure| running.explain(&failure))?);
    }
    let (elapsed, cpu_us) = (started.elapsed(), running.cpu_us() - cpu_before);
    let answered = latencies_ms.len() as f64;
    Ok(Turn {
        rate: answered / elapsed.as_secs_f64(),
        cpu_us: cpu_us / answered,
        latencies_ms,
    })
}

async fn ask(
    mut connection: Connection,
    numbers: impl Iterator<Item = usize>,
    until: Until,
    request: impl Fn(usize) -> Request,
) -> Result<Vec<f64>, Failure> {
    let started = Instant::now();
    let mut latencies_ms = Vec::new();
    for number in numbers {
        let is_over = match until {
            Until::Passed(duration) => started.elapsed() >= duration,
            Until::Answered(requests) => number >= requests,
        };
        if is_over {
            break;
        }
        let request = request(number);
        let asked = Instant::now();
        connection.send(&request).await?;
        latencies_ms.push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(latencies_ms)
}

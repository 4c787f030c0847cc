//! Many callers at once.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{Failure, stats::percentile};

/// When callers stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// When this time has passed.
    Passed(Duration),
    /// When this many calls, together, were made.
    Calls(usize),
}

/// What callers did.
#[derive(Debug)]
pub(crate) struct Driven {
    pub(crate) calls: usize,
    pub(crate) elapsed: Duration,
    /// How long each call took, in milliseconds.
    waits: Vec<f64>,
}

impl Driven {
    pub(crate) fn per_second(&self) -> f64 {
        self.calls as f64 / self.elapsed.as_secs_f64()
    }

    pub(crate) fn wait(&mut self, share: f64) -> f64 {
        percentile(&mut self.waits, share)
    }
}

/// Lets `callers` tasks make one call after another. Each caller has what `make_caller` gives for it, and each call a
/// number of its own.
pub(crate) async fn drive<M, F, C>(
    callers: usize,
    until: Until,
    make_caller: M,
) -> Result<Driven, Failure>
where
    M: Fn() -> F,
    F: Fn(usize) -> C + Send + 'static,
    C: Future<Output = Result<(), Failure>> + Send,
{
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for caller in 0..callers {
        let call = make_caller();
        running.spawn(async move {
            let mut waits = Vec::new();
            let mut number = caller;
            while goes_on(until, begun, number) {
                let asked = Instant::now();
                call(number).await?;
                waits.push(asked.elapsed().as_secs_f64() * 1_000.0);
                number += callers;
            }
            Ok::<_, Failure>(waits)
        });
    }
    let mut waits = Vec::new();
    while let Some(caller) = running.join_next().await {
        waits.append(&mut caller??);
    }
    Ok(Driven {
        calls: waits.len(),
        elapsed: begun.elapsed(),
        waits,
    })
}

fn goes_on(until: Until, begun: Instant, number: usize) -> bool {
    match until {
        Until::Passed(duration) => begun.elapsed() < duration,
        Until::Calls(calls) => number < calls,
    }
}

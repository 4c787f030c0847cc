//! The process is killed at random moments while jobs of all kinds are under way. What callers were acknowledged and what
//! handlers have done outlives it, here: after each kill the rows are compared with that.
//!
//! `cargo xtask crashes --cloudflare --kills 50` kills more often than the default does.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails shall panic, and its process is a real one"
)]

mod audit;
mod callers;
mod effects;
mod limits;
mod rows;

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use durable_jobs_testing::conformance::fixtures::ticker::Ticker;
use durable_jobs_tests_cloudflare::{Live, block_on_for, until};
use fastrand::Rng;

use self::{
    audit::{check_killed, finish},
    callers::{Calls, Clients, PULSES},
    effects::Effects,
    limits::{ask, hold},
};
use crate::{PATIENCE, wait};

/// How often the process is killed, if that takes no longer than [`BOUND`].
const KILLS: u32 = 8;
const BOUND: Duration = Duration::from_secs(10);

/// How long a kill may take with all that belongs to it, on a busy machine.
const LONGEST_LIFE: Duration = Duration::from_secs(60);

/// What is cut off is tried again 50 ms later. This is long enough for that, so that no run is cut off again and again.
const LONG: Duration = Duration::from_millis(600);

/// As many as `DURABLE_JOBS_KILLS` says, however long they take.
fn wanted() -> Option<u32> {
    let wanted = env::var("DURABLE_JOBS_KILLS").ok()?;
    Some(wanted.parse().expect("DURABLE_JOBS_KILLS is a number"))
}

fn enough(kills: u32, begun: Instant) -> bool {
    match wanted() {
        Some(wanted) => kills >= wanted,
        None => kills >= KILLS || kills > 0 && begun.elapsed() > BOUND,
    }
}

/// Lets it work for a while: every other life is long, the others end at any moment.
async fn let_live(calls: &Calls, nth: u32, rng: &mut Rng) {
    let (begun, before) = (Instant::now(), calls.acknowledged());
    if nth.is_multiple_of(2) {
        let more = rng.u64(50..200);
        let long = async || calls.acknowledged() > before + more && begun.elapsed() > LONG;
        until(PATIENCE, "callers are answered", long).await;
    } else if rng.u32(..4) != 0 {
        let more = rng.u64(1..100);
        let some = async || calls.acknowledged() > before + more;
        until(PATIENCE, "callers are answered", some).await;
    }
    wait(Duration::from_micros(rng.u64(..60_000))).await;
}

async fn story() {
    let mut live = Live::start().await;
    let clients = Clients::new(&live);
    for pulse in PULSES {
        clients.pulses.start(pulse, Ticker::from(0)).await.unwrap();
    }
    let calls = Arc::new(Calls::default());
    let callers = calls.begin(&clients);
    let (held, asked) = (hold(&live, &calls), ask(&live, &calls));
    let mut effects = Effects::of(live.world());
    let (mut rng, begun, mut kills) = (Rng::new(), Instant::now(), 0);
    while !enough(kills, begun) {
        let_live(&calls, kills, &mut rng).await;
        live.kill().await;
        kills += 1;
        check_killed(live.storage(), &calls, &mut effects);
        live.revive();
    }
    let repeated = calls.end(callers).await;
    let (held, asked) = (held.await.unwrap(), asked.await.unwrap());
    finish(&live, &calls, &mut effects).await;
    println!(
        "{kills} kills in {:?}: {} acknowledged calls, {repeated} of them repeated, {} runs repeated; {held} permits held, {asked} let through",
        begun.elapsed(),
        calls.acknowledged(),
        effects.repetitions,
    );
}

#[test]
fn kills_under_load_lose_no_acknowledged_event_and_double_none() {
    block_on_for(LONGEST_LIFE * (2 + wanted().unwrap_or(KILLS)), story());
}

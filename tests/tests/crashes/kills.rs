//! SIGKILL at random moments.

use std::{
    env,
    time::{Duration, Instant},
};

use crate::{
    Place,
    audit::{acknowledged, check_killed, finish},
    child::{load, progress},
    effects::Effects,
};

/// How often the program is killed, if it takes no longer than [`BOUND`].
const KILLS: u32 = 40;
const BOUND: Duration = Duration::from_secs(15);

/// A line that acknowledges, in bytes, about.
const LINE: u64 = 5;

/// As many as `DURABLE_JOBS_KILLS` says, however long they take, or those that fit into the bound.
fn enough(kills: u32, begun: Instant) -> bool {
    match env::var("DURABLE_JOBS_KILLS") {
        Ok(wanted) => kills >= wanted.parse().unwrap(),
        Err(_) => kills >= KILLS || kills > 0 && begun.elapsed() > BOUND,
    }
}

/// Runs the program under load until it has acknowledged some calls more, or for some time, and a moment longer.
fn run_and_kill(place: &Place, rng: &mut fastrand::Rng) {
    let before = progress(place);
    let mut child = load(place);
    if rng.u32(..8) == 0 {
        // Perhaps while it starts.
        std::thread::sleep(Duration::from_micros(rng.u64(..60_000)));
    } else {
        let enough = before + LINE * rng.u64(1..400);
        while progress(place) < enough {
            assert_eq!(child.ended(), None, "it ended by itself");
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(rng.u64(..3_000)));
    }
    child.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_loses_nothing_and_does_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (place, copy) = (Place::new(folder.path()), folder.path().join("copy"));
    let mut effects = Effects::of(&place);
    let mut rng = fastrand::Rng::new();
    let (begun, mut kills) = (Instant::now(), 0);
    while !enough(kills, begun) {
        run_and_kill(&place, &mut rng);
        kills += 1;
        check_killed(&place, &copy, &mut effects);
    }
    finish(&place, &mut effects).await;
    let calls: u64 = acknowledged(&place).values().sum();
    let repeated = effects.repetitions;
    println!(
        "{kills} kills in {:?}: {calls} acknowledged calls, {repeated} runs repeated",
        begun.elapsed()
    );
}

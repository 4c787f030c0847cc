//! One seed is one story, in whatever process it is told, however its tables hash.

use std::{
    collections::BTreeMap,
    env,
    hash::{DefaultHasher, Hash, Hasher},
    process::Command,
    sync::Mutex,
};

use durable_jobs_testing::simulator::{Simulation, simulate};

use crate::stories::whatever_operators_do;

const SEEDS: u64 = 40;

/// Says to a process that it is the other one.
const OTHER: &str = "DURABLE_JOBS_OTHER_PROCESS";

/// Begins the line with what the other process has told.
const TOLD: &str = "told: ";

/// What was told under each seed: the steps, what went wrong, what jobs have told, and what is stored in the end.
type Told = BTreeMap<u64, String>;

fn tell() -> Told {
    let told = Mutex::new(Told::new());
    let note = async |simulation: Simulation| {
        whatever_operators_do(simulation.clone()).await;
        let host = simulation.host();
        let rows: Vec<_> = host
            .instances()
            .iter()
            .map(|instance| host.rows(&instance.to_string()))
            .collect();
        let text = format!("{}{}{rows:?}", simulation.trace(), host.transcript());
        told.lock().unwrap().insert(simulation.seed(), text);
    };
    simulate(0..SEEDS, note);
    told.into_inner().unwrap()
}

/// A number that two programs of the same source agree on.
fn digest(told: &Told) -> u64 {
    let mut hasher = DefaultHasher::new();
    told.hash(&mut hasher);
    hasher.finish()
}

fn told_by_another_process() -> u64 {
    let mut other = Command::new(env::current_exe().unwrap());
    let name = "determinism::a_seed_tells_the_same_story_in_every_process";
    other.args(["--exact", name, "--nocapture"]).env(OTHER, "1");
    let output = other.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = String::from_utf8(output.stdout).unwrap();
    let told = output.lines().find_map(|line| line.split_once(TOLD));
    told.unwrap().1.trim().parse().unwrap()
}

#[test]
fn a_seed_tells_the_same_story_in_every_process() {
    let told = tell();
    if env::var_os(OTHER).is_some() {
        println!("{TOLD}{}", digest(&told));
        return;
    }
    for (seed, again) in tell() {
        assert_eq!(told[&seed], again, "seed {seed}");
    }
    assert_eq!(digest(&told), told_by_another_process());
}

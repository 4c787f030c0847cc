//! Writes that reach the disk in part: the log of a program that was killed ends too early, or in rubbish.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::FileExt,
};

use crate::{
    Place,
    audit::{self, Acknowledged, acknowledged},
    child::{load, progress},
    effects::Effects,
    jobs,
    rows::{self, Rows},
};

/// Logs that are spoiled.
const LOGS: u32 = 3;
/// How often each.
const TEARS: u32 = 16;

/// What had been acknowledged when the log was so long. The log had it then.
pub(crate) struct Mark {
    length: u64,
    acknowledged: Acknowledged,
}

fn mark(place: &Place) -> Mark {
    // In this order: a call is in the log before it is acknowledged.
    let acknowledged = acknowledged(place);
    let length = fs::metadata(place.log()).map_or(0, |log| log.len());
    Mark {
        length,
        acknowledged,
    }
}

/// Runs the program for a while, and kills it before the log is copied back for the first time: so it is all in there.
pub(crate) fn killed(place: &Place, rng: &mut fastrand::Rng) -> Vec<Mark> {
    let child = load(place);
    let mut marks = vec![mark(place)];
    while progress(place) < 1_500 + rng.u64(..1_000) {
        marks.push(mark(place));
        std::thread::yield_now();
    }
    child.kill();
    let is_whole = fs::metadata(place.log()).unwrap().len() < 4_000 * 4_096;
    assert!(is_whole, "the log may have begun anew");
    marks
}

/// Spoils a log from somewhere on. Answers where.
fn tear(log: &File, rng: &mut fastrand::Rng) -> u64 {
    let length = log.metadata().unwrap().len();
    let from = match rng.u32(..4) {
        // In the last writes, mostly.
        0 => rng.u64(..length),
        _ => length - rng.u64(1..100_000.min(length)),
    };
    let rest = (length - from).min(4_096) as usize;
    match rng.u32(..3) {
        0 => log.set_len(from).unwrap(),
        1 => log.write_all_at(&vec![0; rest], from).unwrap(),
        _ => {
            let rubbish: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(rest).collect();
            log.write_all_at(&rubbish, from).unwrap();
        }
    }
    from
}

/// Where the batches go on in this state of the file, which knows no effects but those that it leads to.
fn effects_of(place: &Place, rows: &Rows) -> Effects {
    let first = rows.first_of_batches().into_iter();
    Effects::after(place, first.map(|(id, first)| (id, first - 1)).collect())
}

/// What was acknowledged before the tear is stored or done.
fn check_prefix(rows: &Rows, done: &Effects, expected: &Acknowledged) {
    for (caller, number) in expected {
        let known = audit::known(rows, done, *caller, *number);
        assert!(known >= *number, "{caller}: {known} instead of {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_torn_loses_what_is_behind_the_tear_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = fastrand::Rng::new();
    for log in 0..LOGS {
        let place = Place::new(&folder.path().join(log.to_string()));
        fs::create_dir(&place.0).unwrap();
        let marks = killed(&place, &mut rng);
        let mut done = Effects::of(&place);
        done.read();
        for _ in 0..TEARS {
            let torn = place.copy_database(&folder.path().join("torn"));
            let file = OpenOptions::new().write(true).open(torn.log()).unwrap();
            let from = tear(&file, &mut rng);
            let before = marks.iter().rfind(|mark| mark.length <= from);

            let looked_at = torn.copy_database(&folder.path().join("looked-at"));
            let rows = Rows::read(&looked_at);
            if let Some(mark) = before {
                check_prefix(&rows, &done, &mark.acknowledged);
            }
            goes_on(&torn, &rows).await;
        }
    }
}

/// The host takes the file as it is, and does what is left once.
pub(crate) async fn goes_on(torn: &Place, rows: &Rows) {
    let mut effects = effects_of(torn, rows);
    let host = jobs::host(torn).start().await.unwrap();
    audit::until_all_is_done(&host).await;
    host.shutdown().await;
    effects.read();
    for (id, held) in &rows.batches {
        assert_eq!(effects.flushed_to.get(id), held.last(), "{id}");
    }
    let left = rusqlite::Connection::open(torn.database()).unwrap();
    rows::check_integrity(&left);
}

//! Checkpoints that were cut off: pages that the log holds are in the file in part, or in rubbish, or not at all.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    os::unix::fs::FileExt,
};

use crate::{
    Place,
    audit::{self, acknowledged},
    effects::Effects,
    rows::Rows,
    torn::{goes_on, killed},
};

/// Programs that are killed.
const KILLS: u32 = 2;
/// How often the checkpoint of each is cut off.
const CUTS: u32 = 12;

/// The disk writes so many bytes or none of them.
const SECTOR: usize = 512;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The pages that a log holds as they are after its last commit, by their numbers, and the size of one.
fn pages(log: &[u8]) -> (usize, BTreeMap<usize, &[u8]>) {
    let size = number(&log[8..12]);
    let salt = &log[16..24];
    let frames = log[HEADER..].chunks_exact(FRAME_HEADER + size);
    let of_this_log: Vec<_> = frames.take_while(|frame| frame[8..16] == *salt).collect();
    let is_commit = |frame: &&[u8]| number(&frame[4..8]) > 0;
    let committed = of_this_log.iter().rposition(is_commit);
    let frames = of_this_log
        .iter()
        .take(committed.map_or(0, |last| last + 1));
    let pages = frames.map(|frame| (number(&frame[..4]), &frame[FRAME_HEADER..]));
    (size, pages.collect())
}

/// Writes some pages of the log into the file, some of them in part, and some as rubbish.
fn cut_off(place: &Place, rng: &mut fastrand::Rng) {
    let log = fs::read(place.log()).unwrap();
    let (size, pages) = pages(&log);
    assert!(!pages.is_empty(), "the log is not empty");
    let file = OpenOptions::new()
        .write(true)
        .open(place.database())
        .unwrap();
    for (page, content) in pages {
        let at = (page - 1) as u64 * size as u64;
        match rng.u32(..4) {
            0 => {}
            1 => file.write_all_at(content, at).unwrap(),
            // Of the first page the system has written whole sectors, or nobody would know the file.
            2 if page > 1 => {
                let rubbish: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(size).collect();
                file.write_all_at(&rubbish, at).unwrap();
            }
            _ => {
                let sectors = rng.usize(1..=size / SECTOR);
                file.write_all_at(&content[..sectors * SECTOR], at).unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_was_cut_off_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = fastrand::Rng::new();
    for nth in 0..KILLS {
        let place = Place::new(&folder.path().join(nth.to_string()));
        fs::create_dir(&place.0).unwrap();
        killed(&place, &mut rng);
        let mut done = Effects::of(&place);
        done.read();
        for _ in 0..CUTS {
            let cut = place.copy_database(&folder.path().join("cut"));
            cut_off(&cut, &mut rng);
            let rows = Rows::read(&cut.copy_database(&folder.path().join("looked-at")));
            audit::check(&rows, &done, &acknowledged(&place));
            goes_on(&cut, &rows).await;
        }
    }
}

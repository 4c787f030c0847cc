//! Failing system calls, class by class. What happens meanwhile is in `sweeps.rs` and `worse.rs`, in a process of its own.

use std::{os::unix::process::ExitStatusExt, process::Command};

use crate::{
    Place,
    child::{command, load, progress},
    rows::Rows,
    switch::preload,
};

/// A process in which system calls can fail.
fn faulty(test: &str, place: &Place) -> Command {
    let mut command = command(test, place);
    preload(&mut command, &place.0);
    command
}

fn run_in(place: &Place, test: &str) {
    let ended = faulty(test, place).status().unwrap();
    assert!(ended.success(), "{test}: {ended}");
}

#[test]
fn a_call_that_fails_while_the_file_is_opened_is_told_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    let child = load(&place);
    while progress(&place) < 300 {
        std::thread::yield_now();
    }
    child.kill();
    run_in(&place, "sweeps::while_it_opens");
}

#[test]
fn a_call_that_fails_while_the_host_works_is_told_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run_in(&Place::new(folder.path()), "sweeps::while_it_works");
}

#[test]
fn a_host_whose_system_calls_failed_for_a_while_goes_on_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    run_in(&Place::new(folder.path()), "sweeps::for_a_while");
}

#[test]
fn a_second_fault_while_the_first_is_made_good_is_told_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run_in(&Place::new(folder.path()), "worse::while_it_recovers");
}

#[test]
fn locks_that_cannot_be_had_for_a_while_are_waited_for_or_told() {
    let folder = tempfile::tempdir().unwrap();
    run_in(&Place::new(folder.path()), "worse::without_locks");
}

#[test]
fn a_disk_that_does_not_answer_lets_wait_as_many_as_may_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run_in(&Place::new(folder.path()), "worse::while_the_disk_hangs");
}

#[test]
fn what_was_refused_does_not_come_back_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    let ended = faulty("sweeps::until_it_is_killed", &place).status();
    let signal = ended.unwrap().signal();
    assert_eq!(signal, Some(6), "it aborts");
    let errands = Rows::read(&place).errands;
    assert_eq!(errands.get("errand-0"), Some(&1));
}

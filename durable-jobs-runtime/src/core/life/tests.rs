//! Attempts that are put back, and states that stay as they are.

use super::*;
use crate::core::Attempts;

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

fn life() -> Life {
    Life::new(Moment {
        now: NOW,
        entropy: 7,
        attempts: Attempts::Now,
    })
}

#[test]
fn an_attempt_that_is_put_back_is_due_again_and_does_not_count() {
    let mut life = life();
    life.new_run(NOW, 0);
    let first = life.begin_attempt(NOW).expect("there is a run");
    assert!(life.is_attempt(first) && !life.is_attempt(Token(0)));
    let later = NOW + Duration::from_secs(5);
    life.release_attempt(later);
    assert!(!life.is_running() && !life.is_attempt(first));
    assert_eq!(life.timers.get(Wake::Retry), Some(later));
    assert_eq!(life.timers.get(Wake::Recovery), None);
    assert_eq!(life.attempt(), 1);
    let second = life.begin_attempt(later).expect("there is a run");
    assert!(life.is_attempt(second) && !life.is_attempt(first));
    assert_eq!((life.attempt(), life.runs_begun), (1, 1));
}

#[test]
fn a_state_of_another_version_is_another_state() {
    let mut living = Living {
        record: (),
        state: "1".into(),
        state_version: 1,
    };
    let mut take = |state: &str, version| {
        let change = living.take_state(state.into(), version);
        (matches!(change, StateChange::Changed), living.state_version)
    };
    assert_eq!(take("1", 1), (false, 1));
    assert_eq!(take("1", 2), (true, 2));
    assert_eq!(take("2", 2), (true, 2));
    assert_eq!(take("2", 2), (false, 2));
}

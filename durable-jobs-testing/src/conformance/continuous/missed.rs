//! What every host must do about slots whose time has passed, and about delays and jitter.

use std::time::Duration;

use durable_jobs_runtime::{ErrorAction, Timestamp, continuous::Next, wire::Status};

use crate::{
    Span,
    conformance::{
        Act, Harness, Program, Stage,
        fixtures::{
            keeper::{CatchingUp, Keeper, Rested, Scattered, Skipping},
            ticker::{Hourly, Ticker},
        },
    },
};

const HOUR: Duration = Duration::from_secs(3600);

/// The slots of the runs, and how many others each of them stood for.
fn slots<H: Harness>(stage: &Stage<H>, since: Timestamp) -> Vec<(Duration, u64)> {
    let runs = stage.world.runs("a");
    runs.iter()
        .map(|run| (run.scheduled_for.since(since), run.missed))
        .collect()
}

pub async fn skip_leaves_out_what_was_missed<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<Skipping>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    let later = begun + "4h 1m 1ms".duration();
    stage.restart_at(later, Program::First).await;
    assert_eq!(slots(&stage, begun), [(Duration::ZERO, 0)]);
    let next = stage.keepers::<Skipping>().status("a").await.unwrap();
    assert_eq!(next.next_run_at, Some(begun + 5 * HOUR));
    stage.advance("1h").await;
    assert_eq!(
        slots(&stage, begun)[1..],
        [(5 * HOUR, 4)],
        "they are counted"
    );
    stage.advance("1h").await;
    assert_eq!(slots(&stage, begun)[2..], [(6 * HOUR, 0)]);
}

pub async fn skip_runs_a_slot_that_is_late_by_a_minute<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<Skipping>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    let later = begun + "3h 1m".duration();
    stage.restart_at(later, Program::First).await;
    assert_eq!(slots(&stage, begun)[1..], [(3 * HOUR, 2)]);
}

pub async fn skip_does_not_leave_out_the_first_run<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<Skipping>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    let later = begun + "30m".duration();
    stage.restart_at(later, Program::First).await;
    // An attempt that had begun before was cut off, and is tried again within seconds.
    stage.advance("1m").await;
    let runs = stage.world.runs("a");
    assert!(
        runs.iter().any(|run| run.scheduled_for <= later),
        "{runs:?}"
    );
    assert!(runs.iter().all(|run| run.run_count == 1), "{runs:?}");
}

pub async fn all_gives_each_missed_slot_a_run_of_its_own<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<CatchingUp>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    // Two, three and four slots behind, of which three are made up.
    let expected: [&[(u32, u64)]; 3] = [
        &[(1, 0), (2, 0)],
        &[(3, 0), (4, 0), (5, 0)],
        &[(7, 1), (8, 0), (9, 0)],
    ];
    let mut seen = 1;
    for (hours, expected) in [2, 5, 9].into_iter().zip(expected) {
        let later = begun + hours * HOUR + "30m".duration();
        stage.restart_at(later, Program::First).await;
        let made: Vec<_> = slots(&stage, begun).split_off(seen);
        let expected = expected
            .iter()
            .map(|(hour, missed)| (*hour * HOUR, *missed));
        assert_eq!(made, expected.collect::<Vec<_>>());
        seen += made.len();
    }
    let counts: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.run_count)
        .collect();
    assert_eq!(counts, [1, 2, 3, 4, 5, 6, 7, 8, 9], "runs of their own");
    let next = stage.keepers::<CatchingUp>().status("a").await.unwrap();
    assert_eq!(next.next_run_at, Some(begun + 10 * HOUR));
}

pub async fn all_makes_up_slots_that_passed_during_a_run<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Wait]);
    let keepers = stage.keepers::<CatchingUp>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("2h 30m").await;
    stage.world.release("a");
    stage.settle().await;
    let hours = [0, 1, 2].map(|hour: u32| (hour * HOUR, 0));
    assert_eq!(slots(&stage, begun), hours);
    assert_eq!(stage.world.most_at_once("a"), 1);
}

pub async fn a_crash_while_slots_are_made_up_loses_none<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<CatchingUp>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    stage.world.script("a", [Act::Succeed, Act::Wait]);
    let later = begun + "3h 30m".duration();
    stage.restart_at(later, Program::First).await;
    let hours = |list: &[u32]| {
        list.iter()
            .map(|hour| (*hour * HOUR, 0))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        slots(&stage, begun),
        hours(&[0, 1, 2]),
        "the run of the second is out"
    );
    stage.restart().await;
    stage.advance("5m").await;
    assert_eq!(
        slots(&stage, begun),
        hours(&[0, 1, 2, 2, 3]),
        "its next attempt, then the third"
    );
    stage.advance("30m").await;
    assert_eq!(slots(&stage, begun)[5..], hours(&[4]));
}

pub async fn slots_that_passed_while_a_job_was_parked_are_not_made_up<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<CatchingUp>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.world.on_error("a", ErrorAction::Park);
    stage.world.script("a", [Act::Succeed, Act::Fail]);
    stage.advance("5h 30m").await;
    assert_eq!(keepers.status("a").await.unwrap().status, Status::Parked);
    keepers.resume("a").await.unwrap();
    stage.settle().await;
    stage.advance("30m").await;
    let expected = [(0, 0), (1, 0), (1, 0), (6, 4)];
    let expected = expected.map(|(hour, missed): (u32, _)| (hour * HOUR, missed));
    assert_eq!(
        slots(&stage, begun),
        expected,
        "the run that is owed, then the next slot"
    );
}

pub async fn after_run_counts_the_interval_from_the_end_of_a_run<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    stage
        .world
        .script("a", [Act::Wait, Act::Succeed, Act::Fail]);
    let keepers = stage.keepers::<Rested>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("20m").await;
    stage.world.release("a");
    stage.settle().await;
    let next = keepers.status("a").await.unwrap().next_run_at;
    assert_eq!(next, Some(begun + "1h 20m".duration()));
    stage.advance("59m 59s").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("1s").await;
    assert_eq!(stage.world.runs("a").len(), 2, "one that fails");
    let later = stage.now() + "3h 30m".duration();
    stage.restart_at(later, Program::First).await;
    let slots = slots(&stage, begun);
    let minutes = [0, 80, 140].map(|minute| (Duration::from_secs(60 * minute), 0));
    assert_eq!(
        slots, minutes,
        "of slots that nothing has set, none was missed"
    );
    let next = stage.keepers::<Rested>().status("a").await.unwrap();
    assert_eq!(next.next_run_at, Some(later + HOUR));
}

pub async fn jitter_puts_runs_off_and_moves_no_slot<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<Scattered>();
    for number in 0..20 {
        let id = format!("user-{number}");
        keepers.start(&id, Keeper::noted("")).await.unwrap();
    }
    let planned = keepers.status("user-7").await.unwrap().next_run_at;
    stage.restart().await;
    let status = stage.keepers::<Scattered>().status("user-7").await.unwrap();
    assert_eq!(status.next_run_at, planned, "whenever it is asked");
    stage.advance("4h").await;
    let mut delays = Vec::new();
    for number in 0..20 {
        let runs = stage.world.runs(&format!("user-{number}"));
        assert!(runs.len() >= 3, "{}", runs.len());
        for (hour, run) in (1_u32..).zip(&runs) {
            assert_eq!(run.scheduled_for, begun + hour * HOUR, "its slot");
            assert_eq!(run.missed, 0);
            delays.push(run.started_at.since(run.scheduled_for));
            assert!(run.started_at >= run.scheduled_for, "never early");
        }
    }
    assert!(delays.iter().all(|delay| *delay < HOUR / 2), "{delays:?}");
    delays.sort_unstable();
    delays.dedup();
    assert!(delays.len() > 50, "instances and slots differ: {delays:?}");
    let first = stage.world.runs("user-7")[0].started_at;
    assert_eq!(Some(first), planned);
}

pub async fn jitter_leaves_times_alone_that_a_run_has_chosen<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Scattered>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    let at = stage.now() + "17m".duration();
    stage.world.script("a", [Act::Next(Next::at(at))]);
    keepers.trigger("a").await.unwrap();
    assert_eq!(keepers.status("a").await.unwrap().next_run_at, Some(at));
    stage.advance("17m").await;
    let run = &stage.world.runs("a")[1];
    assert_eq!((run.scheduled_for, run.started_at), (at, at));
    let next = keepers.status("a").await.unwrap().next_run_at.unwrap();
    assert!((HOUR..HOUR + HOUR / 2).contains(&next.since(at)), "{next}");
}

pub async fn a_slot_whose_run_is_put_off_has_not_passed<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<Scattered>();
    // Of an instance whose second slot is put off by more than a minute.
    let late = async |id: &str| {
        keepers.start(id, Keeper::noted("")).await.unwrap();
        let at = begun + "1h 59m".duration();
        stage.world.script(id, [Act::Next(Next::at(at))]);
        keepers.trigger(id).await.unwrap();
    };
    for number in 0..8 {
        late(&number.to_string()).await;
        stage.world.script(&number.to_string(), [Act::Wait]);
    }
    stage.advance("2h").await;
    stage.advance("1m").await;
    (0..8).for_each(|number| stage.world.release(&number.to_string()));
    stage.settle().await;
    for number in 0..8 {
        let id = number.to_string();
        let status = keepers.status(&id).await.unwrap();
        assert_eq!(status.status, Status::Waiting);
        let next = status.next_run_at.unwrap().since(begun);
        // From the slot at 1 h 59 m on, the next one is at 2 h 59 m.
        assert!(
            ("2h 59m".duration().."3h 29m".duration()).contains(&next),
            "{next:?}"
        );
    }
}

pub async fn a_slot_that_comes_as_a_run_ends_has_not_passed<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let tickers = stage.tickers::<Hourly>();
    stage
        .world
        .script("a", [Act::Wait, Act::Succeed, Act::Wait]);
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("1h").await;
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(slots(&stage, begun), [(Duration::ZERO, 0), (HOUR, 0)]);
    stage.advance("1h 1ms").await;
    stage.world.release("a");
    stage.settle().await;
    let next = tickers.status("a").await.unwrap().next_run_at;
    assert_eq!(next, Some(begun + 3 * HOUR));
    stage.advance("1h").await;
    assert_eq!(slots(&stage, begun)[2..], [(3 * HOUR, 1)]);
}

pub async fn a_slot_that_is_put_off_past_a_run_gets_its_own<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<Scattered>();
    for id in ["a", "b", "c"] {
        stage.world.script(id, [Act::Wait, Act::Succeed, Act::Wait]);
        keepers.start(id, Keeper::noted("")).await.unwrap();
    }
    // The runs of the first slots last until those of the second are at hand, theirs until the fourth.
    for hours in [2, 4] {
        stage
            .host
            .advance_to(begun + hours * HOUR + "1ms".duration())
            .await;
        for id in ["a", "b", "c"] {
            stage.world.release(id);
        }
        stage.settle().await;
    }
    stage.advance("30m").await;
    for id in ["a", "b", "c"] {
        let runs = stage.world.runs(id);
        let slots: Vec<_> = runs
            .iter()
            .map(|run| (run.scheduled_for.since(begun), run.missed))
            .collect();
        assert_eq!(slots, [(HOUR, 0), (2 * HOUR, 0), (4 * HOUR, 1)], "{id}");
    }
}

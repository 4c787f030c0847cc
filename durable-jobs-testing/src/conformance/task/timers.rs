//! What every host must do with the named timers of a task.

use durable_jobs_runtime::{
    ClientError, Timestamp,
    task::{PendingTimers, TaskTimer},
    telemetry::Happening,
    wire::Status,
};

use crate::{
    Span,
    conformance::{
        Act, Facts, Handler, Harness, Program, Stage,
        fixtures::agenda::{Bell, Entry, Planned},
        harness::begin,
        world::Seen,
    },
};

pub(super) const BELLS: [(Bell, u64); 3] = [
    (Bell::Expire, 120),
    (Bell::Remind, 60),
    (Bell::Archive, 180),
];

pub(super) fn set(bells: &[(Bell, u64)]) -> Entry {
    Entry::In(bells.to_vec())
}

pub(super) fn timer(seen: &Seen) -> Option<&str> {
    match &seen.facts {
        Facts::Agenda { timer, .. } => timer.as_deref(),
        _ => None,
    }
}

/// What the runs of an id saw: the timer, the number of the run, the attempt.
pub(super) fn rung<H: Harness>(stage: &Stage<H>, id: &str) -> Vec<(Option<String>, u64, u32)> {
    let runs = stage.world.runs(id).into_iter();
    runs.map(|seen| {
        (
            timer(&seen).map(str::to_owned),
            seen.run_count,
            seen.attempt,
        )
    })
    .collect()
}

pub(super) fn run(bell: &str, run_count: u64, attempt: u32) -> (Option<String>, u64, u32) {
    (Some(bell.to_owned()), run_count, attempt)
}

pub(super) fn pending(timers: &PendingTimers, begun: Timestamp) -> Vec<(String, u64)> {
    let timers = timers.iter();
    timers
        .map(|(name, at)| (name.to_owned(), at.since(begun).as_secs()))
        .collect()
}

pub(super) fn named(timers: &[(&str, u64)]) -> Vec<(String, u64)> {
    let timers = timers.iter();
    timers.map(|(name, at)| ((*name).to_owned(), *at)).collect()
}

pub async fn several_timers_run_one_by_one_each_at_its_time<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    let sent = agendas.send("a", set(&BELLS)).await.unwrap();
    assert_eq!(sent.scheduled_at, Some(begun + "60s".duration()));
    let status = agendas.status("a").await.unwrap();
    let all = named(&[("Remind", 60), ("Expire", 120), ("Archive", 180)]);
    assert_eq!(pending(&status.timers, begun), all);
    assert_eq!(
        status.timers.get(&Bell::Expire),
        Some(begun + "2m".duration())
    );
    assert_eq!((status.status, status.timer), (Status::Active, None));
    for (before, name) in ["Remind", "Expire", "Archive"].iter().enumerate() {
        stage.advance("59s").await;
        assert_eq!(rung(&stage, "a").len(), before);
        stage.advance("1s").await;
        assert_eq!(rung(&stage, "a")[before], run(name, before as u64 + 1, 1));
        let timers = agendas.status("a").await.unwrap().timers;
        assert_eq!(pending(&timers, begun), all[before + 1..]);
    }
    let status = agendas.status("a").await.unwrap();
    assert_eq!((status.status, status.scheduled_at), (Status::Idle, None));
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 3);
    let state = agendas.state("a").await.unwrap().unwrap();
    assert_eq!(state.state.rung, ["Remind", "Expire", "Archive"]);
}

pub async fn timers_due_at_once_run_in_order_of_due_time<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    let together = [(Bell::Archive, 60), (Bell::Remind, 60), (Bell::Expire, 60)];
    agendas.send("b", set(&together)).await.unwrap();
    let later = begun + "1h".duration();
    stage.restart_at(later, Program::First).await;
    stage.advance("1s").await;
    let in_order = [
        run("Remind", 1, 1),
        run("Expire", 2, 1),
        run("Archive", 3, 1),
    ];
    assert_eq!(rung(&stage, "a"), in_order);
    let due: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|seen| seen.scheduled_for.since(begun).as_secs())
        .collect();
    assert_eq!(due, [60, 120, 180]);
    let as_set = [
        run("Archive", 1, 1),
        run("Remind", 2, 1),
        run("Expire", 3, 1),
    ];
    assert_eq!(
        rung(&stage, "b"),
        as_set,
        "of one time, that which was set first"
    );
    let mut keys: Vec<_> = stage
        .world
        .runs("a")
        .into_iter()
        .map(|seen| seen.idempotency_key)
        .collect();
    keys.dedup();
    assert_eq!(keys.len(), 3, "each is a run of its own");
}

pub async fn setting_or_clearing_a_timer_leaves_the_others<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    let moved = begun + "10m".duration();
    agendas
        .send("a", Entry::At(Bell::Remind, moved))
        .await
        .unwrap();
    agendas
        .send("a", Entry::Cancel(Bell::Expire))
        .await
        .unwrap();
    agendas.send("a", Entry::Look).await.unwrap();
    let left = named(&[("Archive", 180), ("Remind", 600)]);
    let status = agendas.status("a").await.unwrap();
    assert_eq!(pending(&status.timers, begun), left);
    assert_eq!(status.scheduled_at, Some(begun + "180s".duration()));
    stage.advance("10m").await;
    assert_eq!(
        rung(&stage, "a"),
        [run("Archive", 1, 1), run("Remind", 2, 1)]
    );
}

pub async fn a_time_that_has_passed_is_now<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    stage.advance("1m").await;
    let now = stage.now();
    for (id, at) in [("past", begun), ("now", now)] {
        let sent = agendas.send(id, Entry::At(Bell::Remind, at)).await.unwrap();
        assert_eq!(sent.scheduled_at, Some(now), "{id}");
        stage.settle().await;
        assert_eq!(rung(&stage, id), [run("Remind", 1, 1)]);
        assert_eq!(stage.world.runs(id)[0].scheduled_for, now);
    }
}

pub async fn handlers_see_the_timers_as_they_leave_them<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    let again = Act::Ring(Bell::Remind, "10m".duration());
    stage.world.script("a", [again]);
    agendas.send("a", set(&BELLS)).await.unwrap();
    agendas.send("a", Entry::Look).await.unwrap();
    stage.advance("3m").await;
    let facts = |seen: &Seen| seen.facts.clone();
    let at = |seconds: u64| begun + std::time::Duration::from_secs(seconds);
    let look = facts(&stage.world.calls("a", Handler::Event)[1]);
    let timers = vec![
        (Bell::Remind, at(60)),
        (Bell::Expire, at(120)),
        (Bell::Archive, at(180)),
    ];
    assert_eq!(
        look,
        Facts::Agenda {
            timer: None,
            timers
        }
    );
    let runs = stage.world.runs("a");
    let timers = vec![(Bell::Expire, at(120)), (Bell::Archive, at(180))];
    let timer = Some("Remind".to_owned());
    assert_eq!(
        facts(&runs[0]),
        Facts::Agenda { timer, timers },
        "its own is not set any more"
    );
    let timers = vec![(Bell::Remind, at(660)), (Bell::Archive, at(180))];
    let timer = Some("Expire".to_owned());
    assert_eq!(
        facts(&runs[1]),
        Facts::Agenda { timer, timers },
        "unless it sets it again"
    );
}

pub async fn events_during_a_run_may_set_its_timer_again<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&[(Bell::Remind, 60)])).await.unwrap();
    stage.advance("60s").await;
    let status = agendas.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.timer.as_deref()),
        (Status::Running, Some("Remind"))
    );
    assert!(status.timers.is_empty());
    let sent = begin(agendas.send("a", set(&[(Bell::Remind, 60)]))).await;
    stage.settle().await;
    stage.world.release("a");
    stage.settle().await;
    sent.answer().await.unwrap();
    stage.advance("1m").await;
    assert_eq!(
        rung(&stage, "a"),
        [run("Remind", 1, 1), run("Remind", 2, 1)]
    );
}

pub async fn a_refused_event_rolls_all_timers_back<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    let error = agendas.send("a", Entry::Fail).await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    let all = named(&[("Remind", 60), ("Expire", 120), ("Archive", 180)]);
    let timers = agendas.status("a").await.unwrap().timers;
    assert_eq!(pending(&timers, begun), all);
}

pub async fn on_idle_runs_when_the_last_timer_is_gone<H: Harness>(stage: Stage<H>) {
    let agendas = stage.agendas::<Planned>();
    let idles = || stage.world.calls("a", Handler::Idle).len();
    agendas.send("a", set(&BELLS)).await.unwrap();
    stage.advance("120s").await;
    assert_eq!((rung(&stage, "a").len(), idles()), (2, 0));
    let once_more = Act::Ring(Bell::Archive, "60s".duration());
    stage.world.script_idle("a", [once_more]);
    stage.advance("60s").await;
    assert_eq!((rung(&stage, "a").len(), idles()), (3, 1));
    agendas
        .send("a", Entry::Cancel(Bell::Archive))
        .await
        .unwrap();
    assert_eq!(idles(), 2);
    assert_eq!(agendas.status("a").await.unwrap().status, Status::Idle);
}

pub async fn terminate_takes_all_timers_along<H: Harness>(stage: Stage<H>) {
    let agendas = stage.agendas::<Planned>();
    for (id, by_event) in [("event", true), ("call", false)] {
        agendas.send(id, set(&BELLS)).await.unwrap();
        match by_event {
            true => drop(agendas.send(id, Entry::Terminate).await.unwrap()),
            false => drop(agendas.terminate(id, "x").await.unwrap()),
        }
        assert!(agendas.send(id, Entry::Look).await.unwrap().created);
        stage.advance("1h").await;
        assert_eq!(stage.world.runs(id), []);
        assert!(agendas.status(id).await.unwrap().timers.is_empty());
    }
}

pub async fn named_timers_survive_a_restart<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    let before = agendas.status("a").await.unwrap();
    stage.restart().await;
    let agendas = stage.agendas::<Planned>();
    assert_eq!(agendas.status("a").await.unwrap(), before);
    assert_eq!(
        before.timers.get(&Bell::Archive),
        Some(begun + "3m".duration())
    );
    stage.advance("3m").await;
    assert_eq!(stage.world.runs("a").len(), 3);
}

pub async fn named_timers_of_a_clock_that_ran_ahead_keep_their_wait<H: Harness>(stage: Stage<H>) {
    let right = stage.now();
    stage.host.set_clock(right + "1d".duration());
    stage.settle().await;
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    stage.host.set_clock(right);
    stage.settle().await;
    stage.host.wake("Planned", "a").await;
    let timers = agendas.status("a").await.unwrap().timers;
    let all = named(&[("Remind", 60), ("Expire", 120), ("Archive", 180)]);
    assert_eq!(pending(&timers, right), all);
    stage.advance("3m").await;
    assert_eq!(stage.world.runs("a").len(), 3);
}

pub async fn what_is_told_of_a_timer_names_it<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS[..2])).await.unwrap();
    agendas.send("a", Entry::Look).await.unwrap();
    stage.settle().await;
    let told: Vec<_> = stage
        .told("a")
        .into_iter()
        .filter_map(|told| match told {
            Happening::TaskScheduled { at, timer } => {
                Some((timer?.to_string(), at.since(begun).as_secs()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, named(&[("Remind", 60), ("Expire", 120)]));
    assert_eq!(Bell::Remind.name(), "Remind");
}

pub async fn on_idle_runs_when_on_error_clears_the_last_timer<H: Harness>(stage: Stage<H>) {
    let idles = || stage.world.calls("a", Handler::Idle).len();
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    agendas.send("a", Entry::Fail).await.unwrap_err();
    assert_eq!(idles(), 0, "its timers are there still");
    let once_more = Act::Ring(Bell::Archive, "60s".duration());
    stage.world.script_idle("a", [once_more]);
    agendas.send("a", Entry::Abandon).await.unwrap_err();
    assert_eq!(idles(), 1);
    let timers = agendas.status("a").await.unwrap().timers;
    assert_eq!(pending(&timers, stage.now()), named(&[("Archive", 60)]));
    let state = agendas.state("a").await.unwrap().unwrap().state;
    assert_eq!(state.errors, 2);
    agendas
        .send("a", Entry::Cancel(Bell::Archive))
        .await
        .unwrap();
    assert_eq!(idles(), 2);
    agendas.send("a", Entry::Abandon).await.unwrap_err();
    assert_eq!(idles(), 2, "nothing was set before either");
}

//! Promise 1 of a task with several timers and a history.

use durable_jobs_runtime::{task::TaskClient, wire::RunOutcome};
use durable_jobs_testing::{
    block_on,
    conformance::fixtures::agenda::{Agenda, Bell, Entry, Planned},
};

use super::{Crash, Stage};

/// More than the story below commits.
const COMMITS: u32 = 10;

const NAMES: [&str; 3] = ["Remind", "Expire", "Archive"];

impl Stage {
    /// State, timers, the run that is owed and the history belong to one and the same step.
    async fn check_agenda(&self, agendas: &TaskClient<Agenda<Planned>>) -> usize {
        let status = self.insist(async || agendas.status("a").await).await;
        let state = self.insist(async || agendas.state("a").await).await;
        let kept = self.insist(async || agendas.history("a", 9).await).await;
        let rung = state.unwrap().state.rung;
        assert_eq!(rung, NAMES[..rung.len()]);
        let owed = status.timer.as_deref().into_iter();
        let left: Vec<_> = owed
            .chain(status.timers.iter().map(|(name, _)| name))
            .collect();
        assert_eq!(left, NAMES[rung.len()..]);
        let completed = kept
            .iter()
            .find(|run| run.outcome == RunOutcome::Completed)
            .and_then(|run| run.timer.as_deref());
        assert_eq!(completed, rung.last().map(String::as_str));
        rung.len()
    }
}

#[test]
fn promise_1_the_timers_of_a_task_belong_to_its_step() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let agendas = TaskClient::<Agenda<Planned>>::new(&stage.host);
            crash.plan(&stage.host);
            let bells = vec![
                (Bell::Remind, 60),
                (Bell::Expire, 120),
                (Bell::Archive, 180),
            ];
            let set = Entry::In(bells);
            stage
                .insist(async || agendas.send_once("a", "1", set.clone()).await)
                .await;
            for _ in 0..20 {
                stage.check_agenda(&agendas).await;
                stage.advance("10s").await;
            }
            assert_eq!(stage.check_agenda(&agendas).await, 3, "{crash:?}");
        });
    }
}

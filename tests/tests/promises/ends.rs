//! Promises 1 and 3 at the end of a life: states that callers bring, and what a stopped job leaves.

use durable_jobs_runtime::{
    continuous::ContinuousClient,
    wire::{RequestId, RunOutcome, Status},
};
use durable_jobs_testing::{
    block_on,
    conformance::{
        Handler,
        fixtures::keeper::{Keeper, Kept},
    },
};

use super::{Crash, Stage};

/// More than the story below commits.
const COMMITS: u32 = 16;

#[test]
fn a_life_keeps_its_states_its_history_and_its_end_through_any_crash() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let keepers = ContinuousClient::<Keeper<Kept>>::new(&stage.host);
            crash.plan(&stage.host);
            stage
                .insist(async || keepers.start("a", Keeper::noted("")).await)
                .await;
            stage.advance("1h").await;
            let once = keepers.clone().with_request(RequestId::new(1));
            let change = |state: &mut Keeper<Kept>| state.note.push('x');
            stage
                .insist(async || once.update_state("a", change).await)
                .await;
            let state = stage.insist(async || keepers.state("a").await).await;
            let state = state.expect("a state");
            assert_eq!(state.note, "x", "{crash:?}: acknowledged once, made once");
            // A run that a crash has cut off is tried again within seconds.
            stage.advance("2h").await;
            stage.advance("10m").await;

            stage
                .insist(async || keepers.stop("a", "enough").await)
                .await;
            stage.advance("1m").await;
            let status = stage.insist(async || keepers.status("a").await).await;
            assert_eq!(status.status, Status::Stopped, "{crash:?}");
            assert_eq!(status.stop_reason.as_deref(), Some("enough"));
            let left = stage.insist(async || keepers.state("a").await).await;
            let left = left.expect("a state that is kept");
            assert_eq!(
                (left.count, left.starts),
                (status.run_count, 1),
                "{crash:?}"
            );
            assert_eq!(left.note, "stopped: enough", "{crash:?}");
            assert!(!stage.world.calls("a", Handler::Stop).is_empty());
            let runs = keepers.history("a", 9).await.unwrap();
            let completed =
                |run: &&durable_jobs_runtime::RunRecord| run.outcome == RunOutcome::Completed;
            let completed = runs.iter().filter(completed).count() as u64;
            assert_eq!(completed, left.count.min(3), "{crash:?}: {runs:?}");

            stage.advance("24h").await;
            assert!(stage.host.rows("continuous:Kept:a").is_none(), "{crash:?}");
        });
    }
}

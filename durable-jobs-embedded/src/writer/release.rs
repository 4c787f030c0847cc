//! The task that tells what was written, so that the writer goes on with the next group.

use std::sync::Arc;

use durable_jobs_runtime::storage::Completion;
use tokio::sync::mpsc::UnboundedReceiver;

use super::Fate;
use crate::timer::Timers;

/// A batch whose fate is known.
pub(super) struct Settled {
    pub(super) completion: Completion,
    pub(super) fate: Fate,
}

/// Arms timers, then releases what waits. Whoever sees a batch complete finds its timer set.
pub(super) async fn serve(mut settled: UnboundedReceiver<Vec<Settled>>, timers: Arc<Timers>) {
    while let Some(group) = settled.recv().await {
        timers.rearm(
            group
                .iter()
                .filter_map(|settled| settled.fate.as_ref().ok()?.as_ref()),
        );
        for Settled { completion, fate } in group {
            completion.complete(fate.map(drop));
        }
    }
}

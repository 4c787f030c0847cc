//! The thread that tells what was written, so that the writer goes on with the next group.

use std::sync::{Arc, mpsc::Receiver};

use durable_jobs_runtime::storage::Completion;

use super::Fate;
use crate::timer::Timers;

/// A batch whose fate is known.
pub(super) struct Settled {
    pub(super) completion: Completion,
    pub(super) fate: Fate,
}

/// Arms timers, then releases what waits. Whoever sees a batch complete finds its timer set.
pub(super) fn serve(settled: &Receiver<Vec<Settled>>, timers: &Arc<Timers>) {
    for group in settled {
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

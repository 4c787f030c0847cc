//! Waits until nothing more happens before the clock moves or a handler is released.

use std::time::Duration;

use tokio::time::Instant;

use crate::{CloudflareHarness, report::Report};

/// How long the test waits before it asks again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(1);

/// A panic delays what follows it by some seconds.
const PATIENCE: Duration = Duration::from_secs(20);

#[expect(
    clippy::disallowed_methods,
    reason = "another process cannot be awaited"
)]
pub(crate) async fn pause() {
    tokio::time::sleep(LOOK_AGAIN_AFTER).await;
}

impl CloudflareHarness {
    /// Waits until all is done but what waits for the world; what the Worker says then.
    pub(crate) async fn settle(&self) -> Report {
        let begun = Instant::now();
        loop {
            let report = self.report().await;
            if self.is_settled(&report) {
                return report;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "the case waits for what never happens: at {}, {report:?}; {} unanswered calls, {} waiting handlers, {:?} open questions",
                self.clock(),
                self.stand.link.unanswered(),
                self.stand.world.waiting(),
                self.stand.server.open(),
            );
            pause().await;
        }
    }

    fn is_settled(&self, report: &Report) -> bool {
        let waiting = self.stand.world.waiting();
        let open = self.stand.server.open();
        open.len() == waiting
            && open == report.asked
            && report.busy() == waiting
            && self.stand.link.unanswered() <= report.calls_inside
            && report.calls_out <= report.calls_inside
            && !report.is_about_to_go_on(self.clock())
    }
}

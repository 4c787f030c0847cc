//! The fold of a debounce job without a host.

use durable_jobs_runtime::{
    JobResult,
    debounce::{Debounce, EventContext},
};

use crate::machine::BEGINNING;

/// Folds events into a batch, as a host does: [`on_event`](Debounce::on_event) is called for one after another, each
/// without an id and as if added at 2025-01-01T00:00:00Z.
///
/// ```
/// # use durable_jobs::prelude::*;
/// # #[debounce(max_events = 10)]
/// # #[derive(Default, Serialize, Deserialize)]
/// # struct Letters { text: String }
/// # impl Debounce for Letters {
/// #     type Event = char;
/// #     type Env = ();
/// #     fn on_event(&mut self, letter: char, _ctx: &EventContext) -> JobResult {
/// #         self.text.push(letter);
/// #         Ok(())
/// #     }
/// #     async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult { Ok(()) }
/// # }
/// let letters: Letters = durable_jobs_testing::fold(['a', 'b'])?;
/// assert_eq!(letters.text, "ab");
/// # JobResult::Ok(())
/// ```
///
/// # Errors
///
/// The first event that is refused.
pub fn fold<J: Debounce>(events: impl IntoIterator<Item = J::Event>) -> JobResult<J> {
    let ctx = EventContext::new(BEGINNING);
    let mut batch = J::default();
    for event in events {
        batch.on_event(event, &ctx)?;
    }
    Ok(batch)
}

use durable_jobs::prelude::*;

#[derive(Serialize, Deserialize)]
pub struct Search {
    query: String,
    number: u64,
}

#[debounce(
    quiet = "300ms",
    max_wait = "5s",
    leading,
    max_events = 50,
    max_bytes = "64KB",
    max_buffered = 500,
    overflow = "drop_oldest",
    warn_at = 400,
    on_duplicate = "update",
    after_flush = "keep",
    on_exhausted = "dead_letter",
    max_dead_letters = 20,
    history = 10,
    version = 2
)]
#[derive(Default, Serialize, Deserialize)]
pub struct Searches {
    queries: Vec<String>,
}

impl Debounce for Searches {
    type Event = Search;
    type Env = ();

    fn on_event(&mut self, event: Search, _ctx: &EventContext) -> JobResult {
        self.queries.push(event.query);
        Ok(())
    }

    fn flush_on(&self, event: &Search) -> bool {
        event.query.ends_with('?')
    }

    fn event_id(event: &Search) -> Option<String> {
        Some(event.number.to_string())
    }

    fn on_reducer_error(_error: &JobError, event: &Search) -> ReducerAction {
        if event.query.is_empty() {
            ReducerAction::Skip
        } else {
            ReducerAction::Reject
        }
    }

    fn after_flush(mut self) -> Self {
        self.queries.truncate(10);
        self
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        let _ = (ctx.flush_reason(), ctx.buffered_for(), ctx.buffered_bytes());
        Ok(())
    }

    async fn on_error(
        &mut self,
        _error: &JobError,
        _ctx: &mut DebounceContext<'_, Self>,
    ) -> ErrorAction {
        ErrorAction::DeadLetter
    }
}

fn is_a_job<J: Debounce>(_: Option<SearchesClient>) {}

pub fn main() {
    is_a_job::<Searches>(None);
}

//! What leaves an instance waits for the commits that it builds on, also when one of them fails at the worst moment.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use durable_jobs::{RequestId, prelude::*};
use durable_jobs_runtime::{
    Address, ClientError, Engine, Job, ListQuery, Listed, Registry, Settings, StorageError,
    StorageFault,
    storage::{Activation, Batch, Completion, Loaded, Port},
    telemetry::Telemetry,
};

/// Collects lines.
#[debounce(flush_after = "1h")]
#[derive(Default, Serialize, Deserialize)]
struct Lines {
    lines: Vec<String>,
}

impl Debounce for Lines {
    type Event = String;
    type Env = ();

    fn on_event(&mut self, event: String, _ctx: &EventContext) -> JobResult {
        self.lines.push(event);
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

/// A store that holds what it is given, and fails it at the next look at its clock, once it is told to.
#[derive(Default)]
struct Failing(Mutex<State>);

#[derive(Default)]
struct State {
    held: Vec<(Batch, Completion)>,
    failed: Vec<Activation>,
    plan: Plan,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Plan {
    #[default]
    Hold,
    FailAtTheNextLook,
}

impl Failing {
    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().expect("nobody panics"))
    }
}

fn refused(fault: StorageFault) -> StorageError {
    StorageError::new(fault, "the test refuses it")
}

impl Port for Failing {
    fn now(&self) -> Timestamp {
        let due = self.state(|state| match std::mem::take(&mut state.plan) {
            Plan::Hold => Vec::new(),
            Plan::FailAtTheNextLook => {
                let held = std::mem::take(&mut state.held);
                let failed = held.iter().map(|(batch, _)| batch.activation);
                state.failed.extend(failed);
                held
            }
        });
        for (_, completion) in due {
            completion.complete(Err(refused(StorageFault::Other)));
        }
        Timestamp::from_millis(0)
    }

    fn entropy(&self) -> u64 {
        0
    }

    fn load<'a>(&'a self, _: &'a Address) -> BoxFuture<'a, Result<Loaded, StorageError>> {
        Box::pin(async { Ok(Loaded::default()) })
    }

    fn list(&self, _: ListQuery) -> BoxFuture<'_, Result<Vec<Listed>, StorageError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn commit(&self, batch: Batch, completion: Completion) {
        let failed = self.state(|state| state.failed.contains(&batch.activation));
        if failed {
            return completion.complete(Err(refused(StorageFault::Predecessor)));
        }
        self.state(|state| state.held.push((batch, completion)));
    }

    /// Nothing waits here but the pause after a failure.
    fn spawn(&self, _: BoxFuture<'static, ()>) {}

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }

    fn observe(&self, _: Telemetry) {}
}

fn engine(port: &Arc<Failing>) -> Engine {
    let mut registry = Registry::new();
    registry
        .add(Lines::entry::<()>(Arc::new(())))
        .expect("one job");
    let port = Arc::clone(port) as Arc<dyn Port>;
    Engine::new(registry, port, Settings::default())
}

/// Calls twice; the commit of the first call fails while the second one is being decided.
fn second_answer<T>(
    second: impl AsyncFn(&LinesClient) -> Result<T, ClientError>,
) -> Result<T, ClientError> {
    let port = Arc::new(Failing::default());
    let engine = engine(&port);
    let lines = LinesClient::new(&engine).with_request(RequestId::new(1));
    let context = &mut Context::from_waker(Waker::noop());
    let mut added = pin!(lines.add("a", "x".into()));
    assert!(added.as_mut().poll(context).is_pending(), "not durable yet");
    port.state(|state| state.plan = Plan::FailAtTheNextLook);
    let answer = match pin!(second(&lines)).poll(context) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("its fate is known"),
    };
    let Poll::Ready(Err(error)) = added.poll(context) else {
        panic!("it was not stored");
    };
    assert!(matches!(error, ClientError::Storage { .. }), "{error}");
    answer
}

fn assert_not_stored(error: &ClientError) {
    assert!(matches!(error, ClientError::Storage { .. }), "{error}");
}

#[test]
fn no_repetition_is_answered_by_what_was_not_stored() {
    let repeated = second_answer(async |lines| lines.add("a", "x".into()).await);
    assert_not_stored(&repeated.expect_err("the first call had no effect"));
}

#[test]
fn nothing_is_shown_that_was_not_stored() {
    let shown = second_answer(async |lines| lines.status("a").await);
    assert_not_stored(&shown.expect_err("there is no such instance"));
}

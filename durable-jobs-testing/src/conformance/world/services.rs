//! The way of handlers to the world, which may be in another process.

use std::{fmt, sync::Arc};

use durable_jobs_runtime::{BoxFuture, ErrorAction, JobError, JobResult, MaybeSend, MaybeSync};
use serde::{Deserialize, Serialize};

use super::{Act, Seen, World};

/// The services of the fixtures: they note what handlers see and tell them what to do.
#[derive(Clone)]
pub struct Services(Way);

#[derive(Clone)]
enum Way {
    Here(World),
    Elsewhere(Arc<dyn Elsewhere>),
}

/// A world in another process.
pub trait Elsewhere: MaybeSend + MaybeSync + 'static {
    /// Carries a question to [`World::answer`] and brings the answer back, however long that takes. Dropped before
    /// its end, it lets the world know that nobody waits any more.
    fn ask(&self, question: String) -> BoxFuture<'_, JobResult<String>>;
}

/// What a handler asks.
#[derive(Serialize, Deserialize)]
enum Question {
    Perform { id: String, seen: Seen },
    Note { id: String, seen: Seen },
    IdleAct { id: String },
    ErrorAction { id: String },
    Released { id: String },
}

/// What it is answered.
#[derive(Serialize, Deserialize)]
enum Reply {
    Noted,
    Act(Act),
    ErrorAction(ErrorAction),
}

impl World {
    /// Answers a question that came from [`Elsewhere`]: at once, or when a handler that waits is released.
    pub async fn answer(&self, question: &str) -> JobResult<String> {
        let reply = self.reply(serde_json::from_str(question)?).await;
        Ok(serde_json::to_string(&reply)?)
    }

    async fn reply(&self, question: Question) -> Reply {
        match question {
            Question::Perform { id, seen } => Reply::Act(self.perform(&id, seen).await),
            Question::Note { id, seen } => {
                self.note(&id, seen);
                Reply::Noted
            }
            Question::IdleAct { id } => Reply::Act(self.idle_act(&id)),
            Question::ErrorAction { id } => Reply::ErrorAction(self.error_action(&id)),
            Question::Released { id } => {
                self.released(&id).await;
                Reply::Noted
            }
        }
    }
}

impl Services {
    pub(super) fn here(world: World) -> Self {
        Self(Way::Here(world))
    }

    /// The way to a world in another process.
    pub fn elsewhere(way: impl Elsewhere) -> Self {
        Self(Way::Elsewhere(Arc::new(way)))
    }

    /// Notes a call, then does what the script says.
    pub(in crate::conformance) async fn perform(&self, id: &str, seen: Seen) -> JobResult<Act> {
        let id = id.to_owned();
        let Reply::Act(act) = self.ask(Question::Perform { id, seen }).await? else {
            return Ok(Act::Succeed);
        };
        match act {
            Act::Fail => Err(JobError::from("scripted failure")),
            Act::FailTerminally => Err(JobError::terminal("scripted terminal failure")),
            Act::FailWithRetryAfter(delay) => {
                Err(JobError::from("scripted failure").with_retry_after(delay))
            }
            Act::Panic => panic!("scripted panic"),
            act => Ok(act),
        }
    }

    /// Notes a call of a handler that follows no script.
    pub(in crate::conformance) async fn note(&self, id: &str, seen: Seen) -> JobResult {
        let id = id.to_owned();
        self.ask(Question::Note { id, seen }).await.map(drop)
    }

    /// What `on_idle` shall do.
    pub(in crate::conformance) async fn idle_act(&self, id: &str) -> JobResult<Act> {
        let id = id.to_owned();
        match self.ask(Question::IdleAct { id }).await? {
            Reply::Act(act) => Ok(act),
            _ => Ok(Act::Succeed),
        }
    }

    /// Notes a call of `on_error`; the answer is what it shall answer.
    pub(in crate::conformance) async fn error_action(&self, id: &str, seen: Seen) -> ErrorAction {
        let asked = async {
            self.note(id, seen).await?;
            self.ask(Question::ErrorAction { id: id.to_owned() }).await
        };
        match asked.await {
            Ok(Reply::ErrorAction(action)) => action,
            _ => ErrorAction::Default,
        }
    }

    /// Waits for [`World::release`].
    pub(in crate::conformance) async fn released(&self, id: &str) -> JobResult {
        let id = id.to_owned();
        self.ask(Question::Released { id }).await.map(drop)
    }

    async fn ask(&self, question: Question) -> JobResult<Reply> {
        match &self.0 {
            Way::Here(world) => Ok(world.reply(question).await),
            Way::Elsewhere(way) => {
                let reply = way.ask(serde_json::to_string(&question)?).await?;
                Ok(serde_json::from_str(&reply)?)
            }
        }
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Services")
    }
}

#[cfg(test)]
mod tests {
    use std::{future::Future, task::Context, task::Waker, time::Duration};

    use durable_jobs_runtime::{Timestamp, continuous::Next, debounce::FlushReason};

    use super::*;
    use crate::{
        block_on,
        conformance::{Facts, Handler},
    };

    struct Carried(World);

    impl Elsewhere for Carried {
        fn ask(&self, question: String) -> BoxFuture<'_, JobResult<String>> {
            Box::pin(async move { self.0.answer(&question).await })
        }
    }

    fn seen() -> Seen {
        let at = Timestamp::from_millis(3);
        Seen {
            handler: Handler::Execute,
            state: serde_json::json!({"count": 1}),
            run_count: 1,
            attempt: 2,
            scheduled_for: at,
            started_at: at,
            missed: u64::MAX,
            idempotency_key: "key".to_owned(),
            execution_id: "execution".to_owned(),
            facts: Facts::Debounce {
                event_count: 1,
                reason: FlushReason::Manual,
                first_event_at: at,
                last_event_at: at,
                total_events: 4,
                flush_count: 5,
                buffered_bytes: 6,
                buffered_for: Duration::from_millis(7),
            },
        }
    }

    #[test]
    fn a_world_elsewhere_notes_and_tells_what_one_here_does() {
        let world = World::default();
        let services = Services::elsewhere(Carried(world.clone()));
        let delay = Duration::from_millis(7);
        let acts = [Act::Next(Next::now()), Act::FailWithRetryAfter(delay)];
        world.script("a", acts);
        world.script_idle("a", [Act::Schedule(delay)]);
        world.on_error("a", ErrorAction::RetryAfter(delay));

        let act = block_on(services.perform("a", seen())).unwrap();
        assert!(matches!(act, Act::Next(next) if next == Next::now()));
        let error = block_on(services.perform("a", seen())).unwrap_err();
        assert_eq!(error.retry_after(), Some(delay));
        let idle = block_on(services.idle_act("a")).unwrap();
        assert!(matches!(idle, Act::Schedule(by) if by == delay));
        let action = block_on(services.error_action("a", seen()));
        assert_eq!(action, ErrorAction::RetryAfter(delay));
        assert_eq!(world.seen("a"), [seen(), seen(), seen()]);
    }

    #[test]
    fn a_handler_that_is_given_up_waits_no_more() {
        let world = World::default();
        let services = Services::elsewhere(Carried(world.clone()));
        let mut released = Box::pin(services.released("a"));
        let mut context = Context::from_waker(Waker::noop());
        assert!(released.as_mut().poll(&mut context).is_pending());
        assert_eq!(world.waiting(), 1);
        drop(released);
        assert_eq!(world.waiting(), 0);
        world.release("a");
        block_on(services.released("a")).unwrap();
    }
}

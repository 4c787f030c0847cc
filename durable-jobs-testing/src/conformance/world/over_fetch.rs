//! The world of a Worker's handlers: a server whose address the Worker's environment holds.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use durable_jobs_cloudflare::FromWorkerEnv;
use durable_jobs_runtime::{BoxFuture, JobError, JobResult};
use worker::{AbortController, Env, Fetch, Method, Request, RequestInit};

use super::{Elsewhere, Services};

/// The text of the Worker's environment that holds the address of the world, such as `http://127.0.0.1:8080`.
///
/// A question is posted to `/ask/` and its number; the answer is that of [`World::answer`](super::World::answer).
pub const ADDRESS: &str = "WORLD";

/// Numbers are drawn from so many, all of which JavaScript can tell from each other.
const NUMBERS: f64 = 9_007_199_254_740_992.0;

const ANSWERED: u16 = 200;

thread_local! {
    static ASKED: RefCell<BTreeSet<u64>> = const { RefCell::new(BTreeSet::new()) };
}

/// The numbers of the questions that handlers of this Worker wait for an answer to.
pub fn asked() -> BTreeSet<u64> {
    ASKED.with_borrow(Clone::clone)
}

impl FromWorkerEnv for Services {
    fn from_worker_env(env: &Env) -> JobResult<Self> {
        let address = env.var(ADDRESS).map_err(told)?.to_string();
        Ok(Self::elsewhere(OverFetch { address }))
    }
}

struct OverFetch {
    address: String,
}

impl Elsewhere for OverFetch {
    fn ask(&self, text: String) -> BoxFuture<'_, JobResult<String>> {
        Box::pin(async move { self.carry(text).await.map_err(told)? })
    }
}

impl OverFetch {
    async fn carry(&self, text: String) -> worker::Result<JobResult<String>> {
        let question = Question::begin();
        let mut settings = RequestInit::new();
        settings
            .with_method(Method::Post)
            .with_body(Some(text.into()));
        let url = format!("{}/ask/{}", self.address, question.number);
        let request = Request::new_with_init(&url, &settings)?;
        let signal = question.patience.signal();
        let mut answer = Fetch::Request(request).send_with_signal(&signal).await?;
        let text = answer.text().await?;
        Ok(match answer.status_code() {
            ANSWERED => Ok(text),
            _ => Err(text.into()),
        })
    }
}

/// A question that is out. Dropped before its answer has come, it is taken back.
struct Question {
    number: u64,
    patience: AbortController,
}

impl Question {
    fn begin() -> Self {
        let number = (worker::js_sys::Math::random() * NUMBERS) as u64;
        ASKED.with_borrow_mut(|asked| asked.insert(number));
        Self {
            number,
            patience: AbortController::default(),
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        ASKED.with_borrow_mut(|asked| asked.remove(&self.number));
        std::mem::take(&mut self.patience).abort();
    }
}

/// The errors of JavaScript stay in their thread.
fn told(error: impl fmt::Display) -> JobError {
    JobError::from(error.to_string())
}

//! The way from the test's process to the Worker that runs now.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use durable_jobs_runtime::{telemetry::Telemetry, wire::Request};
use durable_jobs_workerd::Namespace;
use serde::{Deserialize, Serialize};
use tokio::{runtime::Handle, task::block_in_place};

use crate::{
    http::{Http, NoAnswer},
    report::{self, Report},
};

/// Shared by the case and its clients, which outlive restarts.
#[derive(Debug)]
pub(crate) struct Link {
    http: Http,
    url: Mutex<String>,
    /// Every instance that was ever called.
    known: Mutex<BTreeMap<Place, Object>>,
    unanswered: Arc<AtomicUsize>,
}

/// What an instance is called, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Place {
    pub(crate) job: String,
    pub(crate) id: String,
}

/// How the Worker finds an object.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Object {
    pub(crate) binding: String,
    pub(crate) name: String,
}

impl Link {
    pub(crate) fn new(url: String) -> Arc<Self> {
        Arc::new(Self {
            http: Http::new(),
            url: Mutex::new(url),
            known: Mutex::default(),
            unanswered: Arc::default(),
        })
    }

    /// Leads to another process from now on.
    pub(crate) fn redirect(&self, url: String) {
        *lock(&self.url) = url;
    }

    pub(crate) async fn post(&self, path: &str, body: String) -> Result<String, NoAnswer> {
        let url = format!("{}{path}", lock(&self.url));
        self.http.post(&url, body).await
    }

    /// Asks what the Worker cannot refuse.
    pub(crate) async fn ask(&self, path: &str, body: &impl Serialize) -> String {
        let body = serde_json::to_string(body).expect("a body as JSON");
        let answer = self.post(path, body).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Asked again once: a connection may be closed under the question, which changes nothing.
    pub(crate) async fn report(&self) -> Report {
        let report = match self.post("/status", "null".to_owned()).await {
            Ok(report) => report,
            Err(_) => self.ask("/status", &()).await,
        };
        let report: serde_json::Result<Report> = serde_json::from_str(&report);
        report.expect("a report").without_evicted()
    }

    /// What jobs have told since this was asked last.
    pub(crate) async fn telemetry(&self) -> Vec<Telemetry> {
        let told = self.ask("/telemetry", &()).await;
        serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}"))
    }

    /// How many calls objects have taken, as far as the Worker can tell.
    pub(crate) async fn received(&self) -> u64 {
        let report = self.post("/status", String::new()).await;
        let report = report
            .ok()
            .and_then(|report| serde_json::from_str(&report).ok());
        report.map_or(0, |report: Report| report.received)
    }

    /// Notes the instance of a request, so that it can be woken.
    pub(crate) fn know(&self, request: &Request) {
        let place = Place {
            job: request.job.to_owned(),
            id: request.id.as_str().to_owned(),
        };
        let object = Object {
            binding: Namespace::new(request.class).binding().to_owned(),
            name: request.object_name(),
        };
        lock(&self.known).insert(place, object);
    }

    /// Notes an instance that nobody has called but other instances. The fixtures' classes are called as their jobs.
    pub(crate) fn learn(&self, seen: &report::Object) {
        let Some(name) = seen.name.clone() else {
            return;
        };
        let binding = Namespace::new(&seen.place.job).binding().to_owned();
        let mut known = lock(&self.known);
        let object = || Object { binding, name };
        known.entry(seen.place.clone()).or_insert_with(object);
    }

    /// All instances that were ever called.
    pub(crate) fn known(&self) -> Vec<Place> {
        lock(&self.known).keys().cloned().collect()
    }

    /// Lets an object derive its alarm from what it has stored.
    pub(crate) async fn derive_alarm(&self, place: &Place) {
        self.poke("/alarm/derive", place).await;
    }

    /// Lets an object's alarm come now.
    pub(crate) async fn alarm_now(&self, place: &Place) {
        self.poke("/alarm/now", place).await;
    }

    pub(crate) fn object(&self, place: &Place) -> Option<Object> {
        lock(&self.known).get(place).cloned()
    }

    async fn poke(&self, path: &str, place: &Place) {
        if let Some(object) = self.object(place) {
            self.ask(path, &object).await;
        }
    }

    /// Counts a call until the guard is dropped.
    pub(crate) fn unanswered_call(&self) -> impl Drop + Send + use<> {
        self.unanswered.fetch_add(1, Ordering::AcqRel);
        Unanswered(self.unanswered.clone())
    }

    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Acquire)
    }
}

struct Unanswered(Arc<AtomicUsize>);

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Waits where a trait of the suite leaves no room for an await.
pub(crate) fn wait_for<F: Future>(future: F) -> F::Output {
    block_in_place(|| Handle::current().block_on(future))
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

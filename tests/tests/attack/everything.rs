//! A host of the jobs on a file, asked for everything it can do.

use std::{
    path::{Path, PathBuf},
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use durable_jobs_embedded::{
    Host, OpenError,
    clock::{Clock, ManualClock},
};
use durable_jobs_runtime::{
    BoxFuture, ClientError, InstanceId, ListQuery, Timestamp,
    continuous::ContinuousCall,
    debounce::DebounceCall,
    queue::QueueCall,
    rate_limit::RateLimitCall,
    semaphore::SemaphoreCall,
    task::TaskCall,
    wire::{Answer, Call, CallType, Connect, Request, RequestId},
};
use tempfile::TempDir;

use crate::jobs::{Bag, Beat, Bucket, Daily, Fixed, Flow, Full, Gate, Parcel, Sliding};

/// When the story begins: 2025-01-01T00:00:00Z.
pub(crate) const BEGINNING: Timestamp = Timestamp::from_millis(1_735_689_600_000);

/// How long anything may take before it counts as stuck: much longer than it takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a call is waited for before it is given time.
const GLANCE: Duration = Duration::from_millis(20);

/// Every call, as the job and the text of what it is asked.
pub(crate) const CALLS: [(&str, &str); 66] = [
    (
        "Beat",
        r#"{"start":{"state":{"beats":3,"next_ms":90000},"answer":"created"}}"#,
    ),
    (
        "Beat",
        r#"{"start":{"state":{"beats":0,"next_ms":1},"answer":"first_run"}}"#,
    ),
    (
        "Beat",
        r#"{"set_state":{"state":{"beats":1,"next_ms":5},"expected":null,"then":"trigger"}}"#,
    ),
    (
        "Beat",
        r#"{"set_state":{"state":{"beats":1,"next_ms":5},"expected":1,"then":"wait"}}"#,
    ),
    ("Beat", r#""trigger""#),
    ("Beat", r#"{"pause":{"until":1735689700000}}"#),
    ("Beat", r#""resume""#),
    ("Beat", r#""status""#),
    ("Beat", r#""state""#),
    ("Beat", r#"{"history":{"limit":10}}"#),
    ("Beat", r#"{"stop":{"reason":"enough"}}"#),
    ("Daily", r#"{"start":{"state":null,"answer":"created"}}"#),
    ("Daily", r#""trigger""#),
    ("Daily", r#""status""#),
    ("Daily", r#"{"terminate":{"reason":"enough"}}"#),
    ("Bag", r#"{"add":{"event":{"event":2,"event_id":"two"}}}"#),
    ("Bag", r#"{"add":{"event":{"event":3,"event_id":null}}}"#),
    (
        "Bag",
        r#"{"add_many":{"events":[{"event":1,"event_id":"a"},{"event":13,"event_id":"b"}]}}"#,
    ),
    (
        "Bag",
        r#"{"add_many":{"events":[{"event":4,"event_id":"a"},{"event":5,"event_id":"a"},{"event":6,"event_id":null}]}}"#,
    ),
    ("Bag", r#""status""#),
    ("Bag", r#""state""#),
    ("Bag", r#""flush""#),
    ("Bag", r#"{"dead_letters":{"limit":10}}"#),
    ("Bag", r#"{"flush_history":{"limit":10}}"#),
    ("Bag", r#"{"retry_dead":{"which":"all"}}"#),
    ("Bag", r#"{"add":{"event":{"event":9,"event_id":"nine"}}}"#),
    ("Bag", r#""resume""#),
    ("Bag", r#""reset""#),
    ("Bag", r#"{"add":{"event":{"event":7,"event_id":"seven"}}}"#),
    ("Bag", r#""clear""#),
    (
        "Flow",
        r#"{"send":{"event":{"event":1735689660000,"event_id":"one"}}}"#,
    ),
    ("Flow", r#"{"send":{"event":{"event":13,"event_id":null}}}"#),
    (
        "Flow",
        r#"{"send":{"event":{"event":1735776000001,"event_id":"two"}}}"#,
    ),
    ("Flow", r#""trigger""#),
    ("Flow", r#""resume""#),
    ("Flow", r#""status""#),
    ("Flow", r#""state""#),
    ("Flow", r#"{"history":{"limit":10}}"#),
    (
        "Parcel",
        r#"{"enqueue":{"messages":[{"message":2,"event_id":"x","priority":5},{"message":3,"partition_key":"k","due":{"after_millis":60000}}]}}"#,
    ),
    (
        "Parcel",
        r#"{"enqueue":{"messages":[{"message":13,"event_id":"y"},{"message":5,"due":{"at":1735693200000}}]}}"#,
    ),
    ("Parcel", r#""pause""#),
    (
        "Parcel",
        r#"{"enqueue":{"messages":[{"message":4,"event_id":"z","priority":-7}]}}"#,
    ),
    ("Parcel", r#"{"peek":{"limit":10}}"#),
    ("Parcel", r#"{"cancel":{"event_id":"z"}}"#),
    ("Parcel", r#""resume""#),
    ("Parcel", r#""status""#),
    ("Parcel", r#"{"dead_letters":{"limit":10}}"#),
    ("Parcel", r#"{"retry_dead":{"event_id":"y"}}"#),
    ("Parcel", r#"{"retry_dead":{"event_id":null}}"#),
    ("Parcel", r#""drain""#),
    ("Parcel", r#""purge_dead""#),
    ("Sliding", r#"{"acquire":{"permits":2}}"#),
    ("Sliding", r#""peek""#),
    ("Sliding", r#"{"acquire":{"permits":3}}"#),
    ("Sliding", r#""status""#),
    ("Bucket", r#"{"acquire":{"permits":2}}"#),
    ("Bucket", r#""reset""#),
    ("Bucket", r#"{"acquire":{"permits":5}}"#),
    ("Fixed", r#"{"acquire":{"permits":5}}"#),
    ("Fixed", r#""status""#),
    ("Gate", r#"{"acquire":{"permits":2,"wait_ms":0}}"#),
    ("Gate", r#"{"acquire":{"permits":1,"wait_ms":20}}"#),
    ("Gate", r#"{"renew":{"fence":1,"owner":"1"}}"#),
    ("Gate", r#"{"release":{"fence":1,"owner":"1"}}"#),
    ("Gate", r#"{"acquire":{"permits":1,"wait_ms":0}}"#),
    ("Gate", r#""status""#),
];

/// What a call is, as its job reads it; `None` for a text that is none of its calls.
pub(crate) fn read(job: &str, text: &str) -> Option<Call> {
    match job {
        "Beat" | "Daily" => read_as::<ContinuousCall>(text),
        "Bag" | "Full" => read_as::<DebounceCall>(text),
        "Flow" => read_as::<TaskCall>(text),
        "Parcel" => read_as::<QueueCall>(text),
        "Gate" => read_as::<SemaphoreCall>(text),
        _ => read_as::<RateLimitCall>(text),
    }
}

fn read_as<T: CallType>(text: &str) -> Option<Call> {
    durable_jobs_runtime::json::read::<T>(text)
        .ok()
        .map(Call::of)
}

/// A host that runs on a clock of its own.
pub(crate) struct Running {
    pub(crate) host: Host,
    pub(crate) clock: ManualClock,
}

impl Running {
    pub(crate) async fn open(path: &Path) -> Result<Self, OpenError> {
        let clock = ManualClock::new(BEGINNING);
        let host = Host::open(path)
            .clock(clock.clone())
            .without_tracing()
            .job::<Beat>()
            .job::<Daily>()
            .job::<Bag>()
            .job::<Full>()
            .job::<Flow>()
            .job::<Parcel>()
            .job::<Sliding>()
            .job::<Bucket>()
            .job::<Fixed>()
            .job::<Gate>()
            .start()
            .await?;
        Ok(Self { host, clock })
    }

    /// Makes a call. One that waits for time to pass is given some.
    pub(crate) async fn call(
        &self,
        job: &'static str,
        id: &str,
        call: Call,
        request: Option<RequestId>,
    ) -> Result<Answer, ClientError> {
        let timeout = Some(Duration::from_secs(1));
        let mut answer = self.send(job, id, call, request, timeout)?;
        for _ in 0..4 {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                () = tokio::time::sleep(GLANCE) => self.clock.advance(Duration::from_secs(1)),
            }
        }
        answer.await
    }

    /// Makes a call that is answered whatever the time is.
    pub(crate) async fn ask(
        &self,
        job: &'static str,
        id: &str,
        call: Call,
    ) -> Result<Answer, ClientError> {
        self.send(job, id, call, None, None)?.await
    }

    fn send(
        &self,
        job: &'static str,
        id: &str,
        call: Call,
        request: Option<RequestId>,
        timeout: Option<Duration>,
    ) -> Result<BoxFuture<'static, Result<Answer, ClientError>>, ClientError> {
        let id = InstanceId::new(id).map_err(|reason| ClientError::InvalidId {
            job: job.to_owned(),
            reason,
        })?;
        let request = Request {
            job,
            class: job,
            id,
            call,
            timeout,
            request,
            message: None,
        };
        Ok(self.host.transport().call(request))
    }

    /// Lets the host do what is due, for a while: of a file that is damaged, timers may be what cannot be read.
    async fn settle(&self) {
        let _ = tokio::time::timeout(Duration::from_secs(1), self.host.settled()).await;
    }

    pub(crate) fn host_now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn list(&self, job: &str) {
        let query = ListQuery {
            job: job.to_owned(),
            status: None,
            after: None,
            limit: 100,
        };
        let _ = self.host.transport().list(query).await;
    }

    /// Makes every call, with an id of its own each.
    pub(crate) async fn call_everything(&self, first_request: u64) {
        for (number, (job, text)) in CALLS.iter().enumerate() {
            let request = RequestId::new(first_request + number as u64);
            let call = read(job, text).unwrap_or_else(|| panic!("{job}: {text}"));
            let _ = self.call(job, "a", call, Some(request)).await;
        }
        let bag = |text| read("Bag", text).unwrap();
        let _ = self
            .call("Bag", "from-flow", bag(r#""status""#), None)
            .await;
        for job in ["Beat", "Bag", "Flow", "Parcel", "Gate"] {
            self.list(job).await;
        }
    }
}

/// Opens the file and does everything there is: it works or fails with typed errors, and ends.
pub(crate) fn survives(path: &Path) {
    let before = panics();
    block_on(async {
        if let Ok(running) = Running::open(path).await {
            running.call_everything(1_000).await;
            running.clock.advance(Duration::from_hours(1));
            running.settle().await;
            running.clock.advance(Duration::from_hours(100 * 366 * 24));
            running.call_everything(2_000).await;
            running.clock.set(BEGINNING);
            running.call_everything(3_000).await;
            running.host.shutdown().await;
        }
    });
    assert_eq!(panics(), before, "the library has panicked");
}

/// A file in which the jobs have left rows of every sort.
pub(crate) fn filled() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.db");
    block_on(async {
        let running = Running::open(&path).await.unwrap();
        running.call_everything(0).await;
        running.clock.advance(Duration::from_mins(1));
        running.host.settled().await;
        for (number, (job, text)) in CALLS.iter().enumerate() {
            let request = RequestId::new(100 + number as u64);
            let _ = running
                .call(job, "b", read(job, text).unwrap(), Some(request))
                .await;
        }
        running.host.shutdown().await;
    });
    (folder, path)
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    watch_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let ended = runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await });
    ended.expect("it hangs")
}

static PANICS: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn panics() -> usize {
    PANICS.load(Ordering::SeqCst)
}

/// Counts panics but those of the tests themselves, also where the library catches them.
fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let of_test = panic
                .location()
                .is_some_and(|place| place.file().contains("tests/attack"));
            PANICS.fetch_add(usize::from(!of_test), Ordering::SeqCst);
            report(panic);
        }));
    });
}

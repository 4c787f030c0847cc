//! What a host does that gets more than it can write: the writer is held by a gate, not by speed.

use std::{
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use durable_jobs::{
    ClientError, RequestId, Timestamp,
    embedded::{
        Host,
        clock::{Clock, JumpListener, SystemClock},
    },
};
use tokio::task::{JoinHandle, yield_now};

use super::jobs::{Lines, LinesClient, Services};

/// As many calls as may wait.
const MOST: usize = 16;

/// A clock that keeps the thread that writes waiting while the gate is shut.
#[derive(Clone, Default)]
struct GatedClock(Arc<Gate>);

#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    shut: bool,
    /// Whether the writer stands before it.
    reached: bool,
}

impl GatedClock {
    fn set(&self, shut: bool) {
        let mut state = self.0.state.lock().unwrap();
        (state.shut, state.reached) = (shut, false);
        self.0.changed.notify_all();
    }

    fn wait_until_reached(&self) {
        let state = self.0.state.lock().unwrap();
        drop(
            self.0
                .changed
                .wait_while(state, |state| !state.reached)
                .unwrap(),
        );
    }
}

impl Clock for GatedClock {
    /// The writer asks for the time when a group keeps answers of requests.
    fn now(&self) -> Timestamp {
        if thread::current().name() == Some("durable-jobs-write") {
            let mut state = self.0.state.lock().unwrap();
            state.reached = true;
            self.0.changed.notify_all();
            drop(
                self.0
                    .changed
                    .wait_while(state, |state| state.shut)
                    .unwrap(),
            );
        }
        SystemClock.now()
    }

    fn time_until(&self, time: Timestamp) -> Option<Duration> {
        SystemClock.time_until(time)
    }

    fn on_jump(&self, listener: JumpListener) {
        SystemClock.on_jump(listener);
    }
}

type Adding = JoinHandle<Result<(), ClientError>>;

/// Begins to add a line, with a request id, which lets the writer look at the clock.
fn add(host: &Host, number: usize, line: String) -> Adding {
    let lines = LinesClient::new(host).with_request(RequestId::new(number as u64));
    let id = format!("contact-{}", number % 3);
    tokio::spawn(async move { lines.add(&id, line).await.map(drop) })
}

fn is_overloaded(result: &Result<(), ClientError>) -> bool {
    matches!(result, Err(ClientError::Overloaded { .. }))
}

async fn lines(host: &Host) -> Vec<String> {
    let client = LinesClient::new(host);
    let mut all = Vec::new();
    for id in ["contact-0", "contact-1", "contact-2"] {
        all.extend(client.state(id).await.unwrap().unwrap().lines);
    }
    all.sort();
    all
}

fn numbered(number: usize) -> String {
    format!("line {number:02}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_saturated_writer_cannot_take_is_refused_and_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.db");
    let clock = GatedClock::default();
    let open = || Host::open(&path).env(Services::new()).job::<Lines>();
    let host = open()
        .clock(clock.clone())
        .max_calls(MOST)
        .start()
        .await
        .unwrap();
    clock.set(true);
    let mut taken = vec![add(&host, 0, numbered(0))];
    let waiting = clock.clone();
    tokio::task::spawn_blocking(move || waiting.wait_until_reached())
        .await
        .unwrap();
    // All that follow find the writer busy, one of them each time that there is no place.
    let calls: Vec<_> = (1..10 * MOST)
        .map(|number| add(&host, number, numbered(number)))
        .collect();
    let refused = 9 * MOST;
    while calls.iter().filter(|call| call.is_finished()).count() < refused {
        yield_now().await;
    }
    taken.extend(calls);
    clock.set(false);
    let mut acknowledged = Vec::new();
    for (number, call) in taken.into_iter().enumerate() {
        let result = call.await.unwrap();
        match is_overloaded(&result) {
            true => assert!(number > 0),
            false => acknowledged.push(numbered(number)),
        }
    }
    assert_eq!(acknowledged.len(), MOST);
    // There is room again at once.
    add(&host, 1_000, "after".to_owned())
        .await
        .unwrap()
        .unwrap();
    acknowledged.push("after".to_owned());
    acknowledged.sort();
    host.kill().await;
    let host = open().start().await.unwrap();
    assert_eq!(lines(&host).await, acknowledged);
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_bounded_in_bytes_also_when_its_callers_have_gone() {
    let folder = tempfile::tempdir().unwrap();
    let clock = GatedClock::default();
    let host = Host::open(folder.path().join("jobs.db"))
        .env(Services::new())
        .job::<Lines>()
        .clock(clock.clone())
        .max_call_bytes(1_000)
        .start()
        .await
        .unwrap();
    // Alone, a call may be larger than the limit.
    add(&host, 0, "x".repeat(2_000)).await.unwrap().unwrap();
    clock.set(true);
    let first = add(&host, 1, "x".repeat(600));
    let waiting = clock.clone();
    tokio::task::spawn_blocking(move || waiting.wait_until_reached())
        .await
        .unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    let result = add(&host, 2, "x".repeat(600)).await.unwrap();
    assert!(is_overloaded(&result), "{result:?}");
    let small = add(&host, 3, "x".repeat(100));
    clock.set(false);
    small.await.unwrap().unwrap();
    host.shutdown().await;
}

/// While nothing can be written, what is stored can be read.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_hangs_holds_up_no_reads() {
    let folder = tempfile::tempdir().unwrap();
    let clock = GatedClock::default();
    let host = Host::open(folder.path().join("jobs.db"))
        .env(Services::new())
        .job::<Lines>()
        .clock(clock.clone())
        .start()
        .await
        .unwrap();
    add(&host, 0, numbered(0)).await.unwrap().unwrap();
    clock.set(true);
    let waits = add(&host, 1, numbered(1));
    let waiting = clock.clone();
    tokio::task::spawn_blocking(move || waiting.wait_until_reached())
        .await
        .unwrap();
    let client = LinesClient::new(&host);
    assert_eq!(
        client.state("contact-0").await.unwrap().unwrap().lines,
        [numbered(0)]
    );
    assert_eq!(client.list(None, None).await.unwrap().instances.len(), 1);
    assert!(!waits.is_finished());
    clock.set(false);
    waits.await.unwrap().unwrap();
    host.shutdown().await;
}

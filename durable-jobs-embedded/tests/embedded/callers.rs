//! Where handlers run: on the runtime of the host, wherever the caller is.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use durable_jobs::{embedded::Host, prelude::*};
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

use crate::jobs::Bench;

type Flavors = Arc<Mutex<Vec<RuntimeFlavor>>>;

/// Uses the timers of the runtime that it is on.
#[task]
#[derive(Default, Serialize, Deserialize)]
struct Timed;

impl Task for Timed {
    type Event = ();
    type Env = Flavors;

    async fn on_event(&mut self, _event: (), ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let flavor = Handle::try_current()?.runtime_flavor();
        ctx.env().lock().unwrap().push(flavor);
        tokio::time::sleep(Duration::ZERO).await;
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

/// Wakes the thread that waits in [`block_on`].
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// An executor that knows nothing of tokio.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

/// A host on a runtime of many threads, with the instance `warm` in memory.
fn start(bench: &Bench, flavors: &Flavors) -> (Runtime, Host, TimedClient) {
    let runtime = Runtime::new().unwrap();
    let host = Host::open(bench.path())
        .env(Arc::clone(flavors))
        .without_tracing()
        .job::<Timed>()
        .start();
    let host = runtime.block_on(host).unwrap();
    let timed = TimedClient::new(&host);
    runtime.block_on(timed.send("warm", ())).unwrap();
    runtime.block_on(host.settled());
    (runtime, host, timed)
}

fn assert_all_on_the_host(flavors: &Flavors, count: usize) {
    let flavors = flavors.lock().unwrap();
    assert_eq!(flavors.len(), count);
    let elsewhere = |flavor: &RuntimeFlavor| *flavor != RuntimeFlavor::MultiThread;
    assert!(!flavors.iter().any(elsewhere), "{flavors:?}");
}

#[test]
fn a_caller_outside_of_tokio_is_served_on_the_runtime_of_the_host() {
    let (bench, flavors) = (Bench::new(), Flavors::default());
    let (runtime, host, timed) = start(&bench, &flavors);
    block_on(timed.send("warm", ())).unwrap();
    block_on(timed.send("cold", ())).unwrap();
    let patient = timed.with_timeout(Duration::from_mins(10));
    block_on(patient.send("warm", ())).unwrap();
    block_on(patient.send("colder", ())).unwrap();
    assert_all_on_the_host(&flavors, 5);
    runtime.block_on(host.shutdown());
}

#[test]
fn a_caller_on_another_runtime_is_served_on_the_runtime_of_the_host() {
    let (bench, flavors) = (Bench::new(), Flavors::default());
    let (runtime, host, timed) = start(&bench, &flavors);
    let other = Builder::new_current_thread().build().unwrap();
    other.block_on(timed.send("warm", ())).unwrap();
    other.block_on(timed.send("cold", ())).unwrap();
    assert_all_on_the_host(&flavors, 3);
    runtime.block_on(host.shutdown());
}

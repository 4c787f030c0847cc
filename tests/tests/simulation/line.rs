//! Callers who wait in line for the permits of a semaphore, and holders who renew them.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use durable_jobs::{
    Acquired, ClientError, Permit, RequestId, SemaphoreClient, Timestamp, prelude::*,
};
use durable_jobs_testing::{
    TestHost,
    simulator::{Fault, Simulation, Step},
};

const STEPS: u32 = 25;

/// Callers look whether their calls have been lost that often: before their places are given up.
const LOOK_EVERY: Duration = Duration::from_secs(3);

#[semaphore(permits = 3, lease = "20s")]
struct Desk;

type Call = Pin<Box<dyn Future<Output = Result<Acquired, ClientError>>>>;

/// Somebody who waits.
struct Caller {
    /// Who came first has the lowest.
    number: u64,
    permits: u32,
    wait: Duration,
    until: Timestamp,
    request: RequestId,
    call: Call,
}

/// Somebody who was served.
struct Served {
    number: u64,
    fence: u64,
}

struct Story {
    simulation: Simulation,
    host: TestHost,
    desks: SemaphoreClient<Desk>,
    waiting: Vec<Caller>,
    served: Vec<Served>,
    held: Vec<Permit>,
}

pub(crate) async fn tell(simulation: Simulation) {
    // Leases end by the clock, and a late alarm lets those wait who come next.
    simulation.relentless().without(Fault::Clock);
    let host = simulation.start(TestHost::new(()).job::<Desk>()).await;
    let mut story = Story {
        desks: SemaphoreClient::new(&host),
        simulation: simulation.clone(),
        host,
        waiting: Vec::new(),
        served: Vec::new(),
        held: Vec::new(),
    };
    for mut step in simulation.steps(STEPS) {
        story.look();
        story.act(&mut step).await;
        story.look();
    }
    story.end().await;
}

impl Story {
    async fn act(&mut self, step: &mut Step) {
        match step.rng().u32(..8) {
            0..=2 => self.come(step),
            3 => self.go(step),
            4 => self.renew(step).await,
            5 => self.release(step).await,
            _ => {
                let times = step.rng().u32(1..5);
                step.note(format_args!("wait for {:?}", LOOK_EVERY * times));
                for _ in 0..times {
                    self.simulation.advance(LOOK_EVERY).await;
                    self.look();
                }
            }
        }
    }

    fn come(&mut self, step: &mut Step) {
        let number = u64::from(step.number());
        let permits = step.rng().u32(1..4);
        let wait = Duration::from_secs(step.rng().u64(1..120));
        step.note(format_args!(
            "{number} waits for {permits} permits, {wait:?}"
        ));
        let request = self.simulation.request();
        let call = self.call(permits, wait, request);
        self.waiting.push(Caller {
            number,
            permits,
            wait,
            until: self.host.now() + wait,
            request,
            call,
        });
    }

    fn call(&self, permits: u32, wait: Duration, request: RequestId) -> Call {
        let desks = self.desks.clone().with_request(request);
        Box::pin(async move { desks.acquire("a", permits, wait).await })
    }

    /// Somebody gives up.
    fn go(&mut self, step: &mut Step) {
        if self.waiting.is_empty() {
            return;
        }
        let which = step.rng().usize(..self.waiting.len());
        let gone = self.waiting.remove(which);
        step.note(format_args!("{} gives up", gone.number));
    }

    /// Looks who was served; whose call was lost repeats it at once, unless the wait is over.
    fn look(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        for mut caller in std::mem::take(&mut self.waiting) {
            loop {
                self.simulation.revive();
                match caller.call.as_mut().poll(&mut context) {
                    Poll::Pending => self.waiting.push(caller),
                    Poll::Ready(Ok(acquired)) => self.serve(&caller, acquired),
                    Poll::Ready(Err(error)) => {
                        let is_lost = matches!(
                            error,
                            ClientError::OutcomeUnknown { .. }
                                | ClientError::ShuttingDown { .. }
                                | ClientError::Storage { .. }
                        );
                        assert!(is_lost, "{error}");
                        if caller.until <= self.host.now() {
                            // Whoever waited longer would stand at the end of the line.
                            break;
                        }
                        caller.call = self.call(caller.permits, caller.wait, caller.request);
                        continue;
                    }
                }
                break;
            }
        }
    }

    /// Notes that a wait has ended. Who came later has a higher fence, and never are too many permits out.
    fn serve(&mut self, caller: &Caller, acquired: Acquired) {
        let Some(permit) = acquired.permit else {
            return;
        };
        let (number, fence) = (caller.number, permit.fence);
        for other in &self.served {
            assert_eq!(
                other.number < number,
                other.fence < fence,
                "{number} has fence {fence}, and {} has {}",
                other.number,
                other.fence
            );
        }
        self.served.push(Served { number, fence });
        self.held.push(permit);
        let now = self.host.now();
        self.held.retain(|permit| permit.expires_at > now);
        let held: u32 = self.held.iter().map(|permit| permit.permits).sum();
        assert!(held <= 3, "{held} of 3 permits are held: {:?}", self.held);
    }

    fn any_held(&mut self, step: &mut Step) -> Option<usize> {
        let now = self.host.now();
        self.held.retain(|permit| permit.expires_at > now);
        let any = !self.held.is_empty();
        any.then(|| step.rng().usize(..self.held.len()))
    }

    /// What is held can be held longer, whatever has crashed.
    async fn renew(&mut self, step: &mut Step) {
        let Some(which) = self.any_held(step) else {
            return;
        };
        let permit = self.held[which].clone();
        step.note(format_args!("renew {}", permit.fence));
        let renewed = self
            .simulation
            .attempt(self.desks.renew("a", &permit))
            .await;
        if let Some(renewed) = renewed {
            assert!(renewed.renewed, "{permit:?} was held");
            let until = renewed.expires_at.expect("what is renewed has an end");
            assert!(until >= permit.expires_at, "{permit:?} until {until}");
            self.held[which].expires_at = until;
        }
    }

    async fn release(&mut self, step: &mut Step) {
        let Some(which) = self.any_held(step) else {
            return;
        };
        let permit = self.held.remove(which);
        step.note(format_args!("release {}", permit.fence));
        let released = self
            .simulation
            .attempt(self.desks.release("a", &permit))
            .await;
        assert!(
            released.is_none_or(|released| released.released),
            "{permit:?} was held"
        );
    }

    /// Leases and waits end: nobody waits for ever.
    async fn end(mut self) {
        self.simulation.calm_down().await;
        self.look();
        for _ in 0..50 {
            self.simulation.advance(LOOK_EVERY).await;
            self.look();
        }
        let waiting: Vec<u64> = self.waiting.iter().map(|caller| caller.number).collect();
        assert!(waiting.is_empty(), "still waiting: {waiting:?}");
        let status = self.desks.status("a").await.unwrap();
        assert_eq!((status.held, status.waiting), (0, 0));
    }
}

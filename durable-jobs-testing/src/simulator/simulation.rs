//! What a story is given.

use std::{cell::RefCell, fmt, rc::Rc, sync::Arc};

use durable_jobs_runtime::{ClientError, MaybeSend, MaybeSync, Timestamp, wire::RequestId};

use super::{
    Fault, Unreliable,
    chaos::{Chaos, Enter},
    fault::StepFault,
    step::{Step, Steps},
    trace::Unit,
};
use crate::{Span, TestHost, TestHostBuilder, conformance::begin, machine::BEGINNING};

/// How often one advance lets something happen before the story is taken to run in circles.
const MOST_TICKS: u32 = 100_000;

/// One story under one seed. Clones share it.
#[derive(Clone)]
pub struct Simulation {
    pub(super) chaos: Arc<Chaos>,
    shared: Rc<RefCell<Shared>>,
}

#[derive(Default)]
struct Shared {
    host: Option<TestHost>,
    checks: Vec<Rc<dyn Fn()>>,
    next_request: u64,
    /// What the clock has shown before it was set back.
    latest: Timestamp,
}

/// The beginning.
impl Simulation {
    pub(super) fn new(chaos: Arc<Chaos>) -> Self {
        let shared = Rc::default();
        Self { chaos, shared }
    }

    /// The seed that everything is drawn from.
    pub fn seed(&self) -> u64 {
        self.chaos.seed
    }

    /// Lets no fault of this group happen.
    pub fn without(&self, fault: Fault) -> &Self {
        self.chaos.leave_out(fault);
        self
    }

    /// Lets faults happen as often as they like. Otherwise there are at most four of each group in one story, so that
    /// no job is given up that has the attempts that it has by default.
    pub fn relentless(&self) -> &Self {
        self.chaos.be_relentless();
        self
    }

    /// Starts the host of the story.
    ///
    /// # Panics
    ///
    /// When the jobs do not go together, as in [`TestHostBuilder::start`].
    pub async fn start<E: MaybeSend + MaybeSync + 'static>(
        &self,
        builder: TestHostBuilder<E>,
    ) -> TestHost {
        let builder = builder.seed(self.seed()).chance(self.chaos.clone());
        let host = builder.start().await.expect("the jobs go together");
        self.chaos.meet(&host.body.machine);
        self.shared.borrow_mut().host = Some(host.clone());
        host
    }

    /// What a fake service asks whether it works.
    pub fn unreliable(&self) -> Unreliable {
        Unreliable::new(self.chaos.clone())
    }

    /// Has something checked after every step of the story, every call and every alarm. It panics if that does not hold.
    pub fn always(&self, check: impl Fn() + 'static) {
        self.shared.borrow_mut().checks.push(Rc::new(check));
    }
}

/// Its course.
impl Simulation {
    /// So many steps. Between two of them the host may crash, an alarm may come early, and the clock may jump.
    ///
    /// A step draws what it does from its own [`rng`](Step::rng), so that a step can be left out of a story that fails.
    pub fn steps(&self, number: u32) -> Steps<'_> {
        Steps::new(self, number)
    }

    /// Repeats a call until it is answered, and starts the host again whenever it has crashed. Where the answer has to
    /// wait for something, the clock moves.
    ///
    /// The call is given a [`RequestId`], the same for each repetition: a client that is told it by `with_request` makes
    /// the call once, however often its answer is lost.
    ///
    /// # Panics
    ///
    /// When the call is refused for another reason than a fault.
    pub async fn insist<T>(&self, call: impl AsyncFn(RequestId) -> Result<T, ClientError>) -> T {
        let request = self.request();
        loop {
            self.revive();
            let mut call = begin(call(request)).await;
            while !call.answered().await {
                assert!(
                    self.tick(Timestamp::from_millis(i64::MAX)),
                    "a call waits for ever"
                );
            }
            if let Some(answer) = self.answered(call.answer().await) {
                return answer;
            }
        }
    }

    /// Makes a call once; `None` if a fault befell it, or if its answer has to wait for something. Its effect may be
    /// there all the same.
    ///
    /// # Panics
    ///
    /// When the call is refused for another reason than a fault.
    pub async fn attempt<T>(
        &self,
        call: impl Future<Output = Result<T, ClientError>>,
    ) -> Option<T> {
        self.revive();
        let mut call = begin(call).await;
        match call.answered().await {
            true => self.answered(call.answer().await),
            false => None,
        }
    }

    fn answered<T>(&self, answer: Result<T, ClientError>) -> Option<T> {
        self.check();
        match answer {
            Ok(answer) => Some(answer),
            Err(error) if is_fault(&error) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// A name for a call that no other one of the story has.
    pub fn request(&self) -> RequestId {
        let mut shared = self.shared.borrow_mut();
        shared.next_request += 1;
        let mut rng = fastrand::Rng::with_seed(self.seed() ^ shared.next_request << 32);
        RequestId::new(rng.u64(..))
    }

    /// Moves the clock, and lets what is due happen on the way. A host that crashes is started again at once.
    pub async fn advance(&self, span: impl Span) {
        let host = self.host();
        let limit = host.now() + span.duration();
        for _ in 0..MOST_TICKS {
            if !self.tick(limit) {
                host.set_clock(host.now().max(limit));
                return;
            }
        }
        panic!("something is due again and again at {}", host.now());
    }

    /// Lets one thing happen that is due; answers whether there was one.
    fn tick(&self, limit: Timestamp) -> bool {
        let host = self.host();
        self.revive();
        host.body.machine.drive();
        let due = match self.is_up() {
            true => host.body.machine.next_due(limit),
            false => return true,
        };
        let any = due.is_some();
        due.into_iter().for_each(|due| host.body.happen_now(due));
        self.check();
        any
    }

    /// Starts the host again with other jobs, as a deployment does.
    ///
    /// # Panics
    ///
    /// When the jobs do not go together, as in [`TestHost::restart_with`].
    pub async fn deploy<E: MaybeSend + MaybeSync + 'static>(&self, builder: TestHostBuilder<E>) {
        let deployed = self.host().restart_with(builder).await;
        deployed.expect("the jobs go together");
        self.check();
    }

    /// Ends the host in order and starts it again: calls are refused, handlers have so long to end, and runs that are out
    /// then are released, as if they had not begun.
    pub async fn shut_down(&self, patience: impl Span) {
        self.revive();
        let host = self.host();
        host.body.shut_down(host.now() + patience.duration());
        self.check();
        self.revive();
        self.check();
    }

    /// Ends the faults: a clock that was set back is set right, the host is started anew, and from now on everything works.
    ///
    /// What was put off is due then; [advance](Self::advance) the clock until it is done, and check the end of the story.
    pub async fn calm_down(&self) {
        self.chaos.calm_down();
        self.note(None, "everything works again".to_owned());
        let (host, latest) = (self.host(), self.shared.borrow().latest);
        host.set_clock(host.now().max(latest));
        let restarted = host.restart().await;
        restarted.expect("the same jobs have started before");
        self.check();
    }
}

/// What steps and checks need.
impl Simulation {
    /// The host of the story.
    ///
    /// # Panics
    ///
    /// Before [`start`](Self::start).
    pub fn host(&self) -> TestHost {
        let host = self.shared.borrow().host.clone();
        host.expect("`start` comes first")
    }

    /// What has happened so far, as it is told when the story fails: for each step and each fault a line, with the time
    /// since the beginning. Two runs of one seed give the same text.
    pub fn trace(&self) -> String {
        self.chaos.trace()
    }

    fn is_up(&self) -> bool {
        self.host().body.living().is_some()
    }

    /// Starts the host again if it has crashed.
    pub fn revive(&self) {
        if !self.is_up() {
            let revived = self.host().body.restart(None);
            revived.expect("the same jobs have started before");
        }
    }

    pub(super) fn check(&self) {
        let checks = self.shared.borrow().checks.clone();
        checks.iter().for_each(|check| check());
    }

    fn now(&self) -> Timestamp {
        let host = self.shared.borrow().host.clone();
        host.map_or(BEGINNING, |host| host.now())
    }

    pub(super) fn note(&self, unit: Option<Unit>, text: String) {
        self.chaos.note(self.now(), unit, text);
    }

    /// Begins a step, with what goes wrong before it.
    pub(super) fn enter(&self, number: u32) -> Option<Step> {
        if self.chaos.enter(number) == Enter::LeftOut {
            return None;
        }
        self.check();
        self.note(Some(Unit::Step(number)), format!("step {number}"));
        if self.shared.borrow().host.is_some()
            && let Some(fault) = self.chaos.at_step(self.now())
        {
            self.suffer(fault);
        }
        Some(Step::new(self.clone(), number))
    }

    fn suffer(&self, fault: StepFault) {
        let host = self.host();
        match fault {
            StepFault::Crash => host.crash(),
            StepFault::Forward(by) => host.set_clock(host.now() + by),
            StepFault::Back(by) => {
                let mut shared = self.shared.borrow_mut();
                shared.latest = shared.latest.max(host.now());
                let back = i64::try_from(by.as_millis()).unwrap_or_default();
                let before = host.now().as_millis() - back;
                host.set_clock(Timestamp::from_millis(before));
            }
            StepFault::Wake(nth) => {
                let instances = host.instances();
                if let Some(nth) = nth.checked_rem(instances.len()) {
                    host.body.wake(&instances[nth]);
                    host.body.machine.drive();
                }
            }
        }
    }
}

/// Whether a call failed because of what the simulation makes go wrong.
fn is_fault(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::OutcomeUnknown { .. }
            | ClientError::ShuttingDown { .. }
            | ClientError::Storage { .. }
    )
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation")
            .field("seed", &self.seed())
            .finish_non_exhaustive()
    }
}

//! What happens in a story.

use std::time::Duration;

use durable_jobs::{
    ClientError, ContinuousClient, DebounceClient, Envelope, QueueClient, RateLimitClient,
    SemaphoreClient, TaskClient,
};
use durable_jobs_testing::{
    Span, TestHost,
    simulator::{Simulation, Step},
};

use crate::{
    jobs::{
        Account, Cart, CartTwo, Clerk, ClerkOrder, Desk, Entry, Gate, Lane, Line, Parcel, Program,
        Pulse, PulseTwo,
    },
    model::Model,
    office::Office,
    operations::NotUnderstood,
    stored::Auditor,
};

const STEPS: u32 = 20;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actors {
    /// Those who call jobs, and once in a while somebody who deploys.
    Callers,
    /// Operators besides: see `operations.rs`.
    Operators,
}

pub(crate) struct Story {
    pub(crate) simulation: Simulation,
    pub(crate) host: TestHost,
    pub(crate) office: Office,
    pub(crate) model: Model,
    pub(crate) auditor: Auditor,
    actors: Actors,
    pub(crate) program: Program,
    /// What an older program has found that it does not understand, as it was then.
    pub(crate) not_understood: NotUnderstood,
    pub(crate) lives: u64,
    next: u64,
    pub(crate) pulses: ContinuousClient<Pulse>,
    pub(crate) new_pulses: ContinuousClient<PulseTwo>,
    pub(crate) carts: DebounceClient<Cart>,
    new_carts: DebounceClient<CartTwo>,
    pub(crate) accounts: TaskClient<Account>,
    pub(crate) clerks: TaskClient<Clerk>,
    pub(crate) parcels: QueueClient<Parcel>,
    pub(crate) lanes: QueueClient<Lane>,
    gates: RateLimitClient<Gate>,
    desks: SemaphoreClient<Desk>,
}

pub(crate) async fn tell(simulation: Simulation, actors: Actors) {
    simulation.relentless();
    let mut story = Story::begin(simulation.clone(), actors).await;
    let mut before = story.host.now();
    for mut step in simulation.steps(STEPS) {
        let jumped = story.host.now();
        if jumped < before {
            story.model.desk.step_back();
        }
        story.model.gate.pass(before, jumped);
        story.auditor.see_clock(jumped);
        story.act(&mut step).await;
        before = story.host.now();
        story.model.gate.pass(jumped, before);
        story.audit();
    }
    if story.program == Program::RolledBack {
        story.run(Program::Second).await;
    }
    story.end().await;
}

impl Story {
    async fn begin(simulation: Simulation, actors: Actors) -> Self {
        let office = Office::new(simulation.unreliable());
        let program = Program::First;
        let host = simulation.start(program.builder(&office)).await;
        let story = Self {
            pulses: ContinuousClient::new(&host),
            new_pulses: ContinuousClient::new(&host),
            carts: DebounceClient::new(&host),
            new_carts: DebounceClient::new(&host),
            accounts: TaskClient::new(&host),
            clerks: TaskClient::new(&host),
            parcels: QueueClient::new(&host),
            lanes: QueueClient::new(&host),
            gates: RateLimitClient::new(&host),
            desks: SemaphoreClient::new(&host),
            host,
            office,
            program,
            actors,
            not_understood: NotUnderstood::new(),
            lives: 0,
            model: Model::default(),
            auditor: Auditor::default(),
            next: 0,
            simulation,
        };
        for id in ["a", "b"] {
            let start = async |request| {
                let pulses = story.pulses.clone().with_request(request);
                pulses.start(id, Pulse { beats: 0 }).await
            };
            story.simulation.insist(start).await;
        }
        story
    }

    pub(crate) fn audit(&mut self) {
        self.auditor.audit(&self.host, &self.office, &self.model);
        self.check_not_understood();
    }

    /// Makes a call once. A program that has been rolled back may refuse what a newer one has stored.
    pub(crate) async fn attempt<T>(
        &self,
        call: impl Future<Output = Result<T, ClientError>>,
    ) -> Option<T> {
        let is_older = self.program == Program::RolledBack;
        let refusable = async {
            match call.await {
                Err(ClientError::UnsupportedVersion { .. }) if is_older => Ok(None),
                other => other.map(Some),
            }
        };
        self.simulation.attempt(refusable).await.flatten()
    }

    async fn act(&mut self, step: &mut Step) {
        self.next = u64::from(step.number());
        if self.actors == Actors::Operators && step.rng().u32(..3) == 0 {
            return self.operate(step).await;
        }
        let rng = step.rng();
        match rng.u32(..24) {
            0..=3 => self.add(step).await,
            4..=6 => self.note(step).await,
            7..=8 => self.order(step).await,
            9..=10 => self.post(step).await,
            11..=12 => self.line_up(step).await,
            13 => self.acquire(step).await,
            14 => self.sit_down(step).await,
            15 => self.stand_up(step).await,
            16 => self.disturb(step).await,
            17 => self.resume(step).await,
            18 => self.deploy(step).await,
            19..=20 => self.wait(step, 600).await,
            _ => self.wait(step, 8).await,
        }
    }

    async fn wait(&self, step: &mut Step, most: u32) {
        let time = "1s".duration() * step.rng().u32(1..most);
        step.note(format_args!("wait for {time:?}"));
        self.simulation.advance(time).await;
    }

    async fn add(&mut self, step: &mut Step) {
        let (id, instance) = step.pick([("a", "debounce:Cart:a"), ("b", "debounce:Cart:b")]);
        let item = self.next;
        step.note(format_args!("add {item} to cart {id}"));
        let request = self.simulation.request();
        let added = match self.program {
            Program::First | Program::RolledBack => {
                let carts = self.carts.clone().with_request(request);
                self.attempt(async { carts.add(id, item).await }).await
            }
            Program::Second => {
                let carts = self.new_carts.clone().with_request(request);
                self.attempt(async { carts.add(id, Line { item }).await })
                    .await
            }
        };
        if added.is_some() {
            self.model.owed.insert((instance, item));
        }
    }

    async fn note(&mut self, step: &mut Step) {
        let (id, instance) = step.pick([("a", "task:Account:a"), ("b", "task:Account:b")]);
        let number = self.next;
        let entry = match step.rng().bool() {
            true => Entry::Note(number),
            false => Entry::NoteAndWait(number, step.rng().u64(..30)),
        };
        step.note(format_args!("send {entry:?} to account {id}"));
        let accounts = self
            .accounts
            .clone()
            .with_request(self.simulation.request());
        let sent = self.attempt(async { accounts.send(id, entry).await }).await;
        if sent.is_some() {
            self.model.noted.insert((instance, number));
        }
    }

    async fn order(&mut self, step: &mut Step) {
        let id = step.pick(["a", "b"]);
        let number = self.next;
        let order = match step.rng().bool() {
            true => ClerkOrder::Now(number),
            false => ClerkOrder::Later(number),
        };
        step.note(format_args!("send {order:?} to clerk {id}"));
        self.model.write(number, id, &order);
        let clerks = self.clerks.clone().with_request(self.simulation.request());
        let sent = self.attempt(async { clerks.send(id, order).await }).await;
        if sent.is_some() {
            self.model.ordered.insert(number);
        }
    }

    async fn post(&mut self, step: &mut Step) {
        let parcel = self.next;
        let delay = Duration::from_secs(step.rng().u64(..20));
        let envelope = Envelope::new(Parcel { parcel }).priority(step.rng().i32(-2..2));
        step.note(format_args!("enqueue parcel {parcel} for {delay:?} later"));
        let parcels = self.parcels.clone().with_request(self.simulation.request());
        let posted = parcels.enqueue("a", envelope.delay(delay));
        if self.attempt(posted).await.is_some() {
            self.model.owed.insert(("queue:Parcel:a", parcel));
        }
    }

    async fn line_up(&mut self, step: &mut Step) {
        let parcel = self.next;
        step.note(format_args!("enqueue {parcel} in lanes"));
        let lanes = self.lanes.clone().with_request(self.simulation.request());
        let posted = lanes.enqueue("a", Lane { parcel });
        if self.attempt(posted).await.is_some() {
            self.model.owed.insert(("queue:Lane:a", parcel));
        }
    }

    async fn acquire(&mut self, step: &mut Step) {
        step.note("acquire 3 of the gate");
        let admission = self.attempt(self.gates.acquire("a", 3)).await;
        if admission.is_some_and(|admission| admission.allowed) {
            self.model.gate.grant(3);
        }
    }

    async fn sit_down(&mut self, step: &mut Step) {
        step.note("acquire 2 of the desk");
        let acquired = self.attempt(self.desks.try_acquire("a", 2)).await;
        if let Some(permit) = acquired.and_then(|acquired| acquired.permit) {
            self.model.desk.grant(permit, self.host.now());
        }
    }

    async fn stand_up(&mut self, step: &mut Step) {
        if let Some(permit) = self.model.desk.held.pop() {
            step.note(format_args!("release {} of the desk", permit.fence));
            self.attempt(self.desks.release("a", &permit)).await;
        }
    }

    /// Calls that run something now, or stop it.
    async fn disturb(&self, step: &mut Step) {
        let which = step.rng().u32(..7);
        step.note(format_args!("disturbance {which}"));
        let _answered = match which {
            0 => self.attempt(self.pulses.trigger("a")).await.is_some(),
            1 => self.attempt(self.pulses.pause("a")).await.is_some(),
            2 => self.attempt(self.carts.flush("a")).await.is_some(),
            3 => self.attempt(self.accounts.trigger("a")).await.is_some(),
            4 => self.attempt(self.parcels.pause("a")).await.is_some(),
            5 => self.attempt(self.lanes.pause("a")).await.is_some(),
            _ => self.attempt(self.clerks.trigger("a")).await.is_some(),
        };
    }

    async fn resume(&self, step: &Step) {
        step.note("resume everything");
        self.resume_all().await;
    }

    pub(crate) async fn resume_all(&self) {
        for id in ["a", "b"] {
            self.attempt(self.pulses.resume(id)).await;
            self.attempt(self.carts.resume(id)).await;
            self.attempt(self.accounts.resume(id)).await;
            self.attempt(self.clerks.resume(id)).await;
        }
        self.attempt(self.parcels.resume("a")).await;
        self.attempt(self.lanes.resume("a")).await;
    }

    async fn deploy(&mut self, step: &Step) {
        step.note("deploy the second program");
        self.run(Program::Second).await;
    }

    pub(crate) async fn run(&mut self, program: Program) {
        self.program = program;
        self.not_understood.clear();
        let builder = program.builder(&self.office);
        self.simulation.deploy(builder).await;
        self.auditor.forget_slots();
    }
}

//! What operators do: they end the host in order, roll a deployment back, and end instances that begin anew.

use durable_jobs::{ClientError, RequestId};
use durable_jobs_runtime::{storage::Stored, wire::Terminated};
use durable_jobs_testing::{
    Span,
    simulator::{Simulation, Step},
};

use crate::{
    jobs::{Program, Pulse, PulseTwo},
    story::Story,
};

/// Instances of a newer program, and their rows.
pub(crate) type NotUnderstood = Vec<(String, Stored)>;

/// The counts of two lives of a pulse are that far apart.
const LIFE: u64 = 1_000_000;

/// Whether no attempt of this story is cut off but by operators: so it is in every other one.
pub(crate) fn is_gentle(simulation: &Simulation) -> bool {
    simulation.seed() % 2 == 1
}

impl Story {
    pub(crate) async fn operate(&mut self, step: &mut Step) {
        match step.rng().u32(..10) {
            0..=3 => self.shut_down(step).await,
            4..=5 => self.change_program(step).await,
            // An older program ends nothing that it does not understand.
            _ if self.program == Program::RolledBack => self.shut_down(step).await,
            6..=7 => self.end_pulse(step).await,
            8 => self.end_cart(step).await,
            _ => self.end_account(step).await,
        }
    }

    async fn shut_down(&mut self, step: &mut Step) {
        let patience = "1s".duration() * step.pick([0, 0, 5, 30]);
        step.note(format_args!("shut down within {patience:?}"));
        // One that takes its time is out then.
        self.attempt(self.pulses.trigger("a")).await;
        self.attempt(self.accounts.trigger("b")).await;
        let out: Vec<_> = self.office.log().out().collect();
        self.simulation.shut_down(patience).await;
        if patience.is_zero() && is_gentle(&self.simulation) {
            self.auditor.released.extend(out);
        }
    }

    async fn change_program(&mut self, step: &Step) {
        if self.program != Program::Second {
            step.note("deploy the second program");
            return self.run(Program::Second).await;
        }
        step.note("roll back to the first program");
        self.run(Program::RolledBack).await;
        for id in ["a", "b"] {
            let pulse = self.pulses.status(id).await.map(drop);
            self.note_refusal(format!("continuous:Pulse:{id}"), pulse);
            let cart = self.carts.status(id).await.map(drop);
            self.note_refusal(format!("debounce:Cart:{id}"), cart);
        }
    }

    fn note_refusal(&mut self, instance: String, answer: Result<(), ClientError>) {
        let Some(stored) = self.host.rows(&instance) else {
            return;
        };
        match answer {
            Err(ClientError::UnsupportedVersion { .. }) => {
                self.not_understood.push((instance, stored));
            }
            Ok(()) => assert_eq!(stored.row.state_version, 1, "{instance} was read"),
            // A fault befell the call.
            Err(_) => {}
        }
    }

    /// An older program leaves it as it is.
    pub(crate) fn check_not_understood(&self) {
        for (instance, stored) in &self.not_understood {
            let now = self.host.rows(instance);
            assert_eq!(now.as_ref(), Some(stored), "{instance} was changed");
        }
    }

    /// Ends a pulse, perhaps in the middle of a run, and starts it again.
    async fn end_pulse(&mut self, step: &Step) {
        self.lives += 1;
        let count = self.lives * LIFE;
        step.note(format_args!("end pulse a, and begin anew with {count}"));
        // A run that takes its time is out when its life ends, and may end in the next one.
        self.attempt(self.pulses.trigger("a")).await;
        let pulses = self.pulses.clone();
        let end = async |request| {
            pulses
                .clone()
                .with_request(request)
                .terminate("a", "x")
                .await
        };
        self.end_life("continuous:Pulse:a", count, end).await;
        if self.program == Program::Second {
            let pulses = self.new_pulses.clone();
            let begin = async |request| {
                let pulses = pulses.clone().with_request(request);
                pulses.start("a", PulseTwo { total: count }).await
            };
            self.simulation.insist(begin).await;
            return;
        }
        let begin = async |request| {
            let pulses = pulses.clone().with_request(request);
            pulses.start("a", Pulse { beats: count }).await
        };
        self.simulation.insist(begin).await;
    }

    async fn end_cart(&mut self, step: &Step) {
        step.note("end cart a");
        self.attempt(self.carts.flush("a")).await;
        let carts = self.carts.clone();
        let end = async |request| {
            carts
                .clone()
                .with_request(request)
                .terminate("a", "x")
                .await
        };
        self.end_life("debounce:Cart:a", 0, end).await;
    }

    async fn end_account(&mut self, step: &Step) {
        step.note("end account a");
        self.attempt(self.accounts.trigger("a")).await;
        let accounts = self.accounts.clone();
        let end = async |request| {
            let accounts = accounts.clone().with_request(request);
            accounts.terminate("a", "x").await
        };
        self.end_life("task:Account:a", 0, end).await;
    }

    async fn end_life(
        &mut self,
        instance: &str,
        count: u64,
        end: impl AsyncFn(RequestId) -> Result<Terminated, ClientError>,
    ) {
        self.audit();
        self.simulation.insist(end).await;
        self.model.forget(instance);
        // Runs that began before the end belong to what was.
        self.audit();
        self.auditor.begin_life(instance, count);
    }
}

//! A job that charges an order twice, which the simulator finds, and the mended one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use durable_jobs::prelude::*;
use durable_jobs_testing::{Simulation, TestHost, simulator::Unreliable};

/// Charges an order as soon as it is placed.
#[task]
#[derive(Default, Serialize, Deserialize)]
struct Payment {
    cents: u64,
    paid: bool,
}

impl Task for Payment {
    type Event = u64;
    type Env = Bank;

    async fn on_event(&mut self, cents: u64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.cents = cents;
        ctx.schedule(Duration::ZERO);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let key = ctx.env().key(ctx);
        ctx.env().charge(&key, ctx.id(), self.cents).await?;
        self.paid = true;
        Ok(())
    }
}

/// A fake bank, which charges once for each key.
#[derive(Clone)]
struct Bank {
    unreliable: Unreliable,
    key: fn(&TaskContext<'_, Payment>) -> String,
    /// The order and the amount of each key.
    charges: Arc<Mutex<BTreeMap<String, (String, u64)>>>,
}

impl Bank {
    fn new(simulation: &Simulation, key: fn(&TaskContext<'_, Payment>) -> String) -> Self {
        let (unreliable, charges) = (simulation.unreliable(), Arc::default());
        Self {
            unreliable,
            key,
            charges,
        }
    }

    fn key(&self, ctx: &TaskContext<'_, Payment>) -> String {
        (self.key)(ctx)
    }

    async fn charge(&self, key: &str, order: &str, cents: u64) -> JobResult {
        self.unreliable.call().await?; // the request may be lost,
        let charge = (order.to_owned(), cents);
        self.charges
            .lock()
            .expect("nobody panicked")
            .entry(key.to_owned())
            .or_insert(charge);
        self.unreliable.call().await // and so may the answer
    }

    fn charged(&self) -> Vec<String> {
        let charges = self.charges.lock().expect("nobody panicked");
        charges.values().map(|(order, _)| order.clone()).collect()
    }
}

/// Three customers pay at some time. Nobody is ever charged twice, and in the end everybody once.
async fn three_orders(simulation: Simulation, bank: Bank) {
    let host = simulation
        .start(TestHost::new(bank.clone()).job::<Payment>())
        .await;
    let payments = PaymentClient::new(&host);
    let seen = bank.clone();
    simulation.always(move || {
        let charged = seen.charged();
        let orders: BTreeSet<&String> = charged.iter().collect();
        assert_eq!(orders.len(), charged.len(), "an order was charged twice");
    });

    let mut placed = Vec::new();
    for mut step in simulation.steps(3) {
        let (order, seconds) = (format!("order-{}", step.number()), step.rng().u64(..60));
        step.note(format_args!("{order} is placed, and {seconds} s pass"));
        let place = async |request| {
            let payments = payments.clone().with_request(request);
            payments.send(&order, 4_200).await
        };
        simulation.insist(place).await;
        simulation.advance(Duration::from_secs(seconds)).await;
        placed.push(order);
    }

    simulation.calm_down().await;
    simulation.advance("10m").await;
    let mut charged = bank.charged();
    charged.sort();
    assert_eq!(charged, placed, "each order is charged in the end");
}

/// A new key for each attempt is as good as none: the bank cannot know that it is asked again.
#[durable_jobs_testing::test(seeds = 0..500)]
#[should_panic(expected = "an order was charged twice")]
async fn without_the_idempotency_key_an_order_is_charged_twice(simulation: Simulation) {
    let bank = Bank::new(&simulation, |ctx| ctx.execution_id());
    three_orders(simulation, bank).await;
}

/// The mended job.
#[durable_jobs_testing::test(seeds = 0..500)]
async fn with_the_idempotency_key_each_order_is_charged_once(simulation: Simulation) {
    let bank = Bank::new(&simulation, |ctx| ctx.idempotency_key());
    three_orders(simulation, bank).await;
}

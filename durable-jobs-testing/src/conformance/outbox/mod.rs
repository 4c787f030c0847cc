//! What every host must do with messages between jobs: each leaves with the commit that it belongs to, and takes
//! effect once.

mod deliveries;
mod failures;
mod lives;
mod queues;

use durable_jobs_runtime::telemetry::Happening;

pub use self::{deliveries::*, failures::*, lives::*, queues::*};
use super::{
    Harness, Stage,
    fixtures::{
        basket::{Basket, BasketSettings},
        clerk::{Line, Order},
    },
};

impl<H: Harness> Stage<H> {
    /// Gives a clerk an order, and lets all happen that follows from it now.
    async fn order(&self, clerk: &str, order: Order) {
        self.clerks().send(clerk, order).await.unwrap();
        self.settle().await;
    }

    /// What a basket holds.
    async fn items<S: BasketSettings>(&self, id: &str) -> Vec<u64> {
        let basket: Option<Basket<S>> = self.baskets::<S>().state(id).await.unwrap();
        basket.map(|basket| basket.items).unwrap_or_default()
    }

    /// Messages of `id` that were told to have been delayed, and to be undeliverable.
    fn delayed_and_undeliverable(&self, id: &str) -> (usize, usize) {
        let told = self.told(id);
        let count = |of: fn(&&Happening) -> bool| told.iter().filter(of).count();
        (
            count(|told| matches!(told, Happening::MessageDelayed { .. })),
            count(|told| matches!(told, Happening::MessageUndeliverable { .. })),
        )
    }
}

fn put(basket: &str, item: u64) -> Line {
    Line::Put(basket.to_owned(), item)
}

fn squeeze(basket: &str, item: u64) -> Line {
    Line::Squeeze(basket.to_owned(), item)
}

fn note(ledger: &str, text: &str) -> Line {
    Line::Note(ledger.to_owned(), text.to_owned())
}

fn tell(clerk: &str, order: Order) -> Line {
    Line::Order(clerk.to_owned(), Box::new(order))
}

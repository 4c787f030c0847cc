//! Services that do as the test says, and remember what they were asked.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use durable_jobs::{BoxFuture, JobResult};
use durable_jobs_testing::TestHost;
use quickstart::{
    Order, Services, TokenRefresher, Traffic, WebhookBatch,
    services::{Crm, HttpAnswer, Shop, TokenEndpoint, World},
    webhooks::ContactUpdate,
};

/// The world of one test.
#[derive(Default)]
pub(crate) struct FakeWorld {
    /// What the token endpoint answers, in this order; an `Err` is a network that fails.
    pub(crate) token_answers: Mutex<VecDeque<Result<HttpAnswer, &'static str>>>,
    /// The refresh tokens that were traded in.
    pub(crate) traded_in: Mutex<Vec<String>>,
    /// How many of the next calls of the CRM fail.
    pub(crate) crm_failures: Mutex<u32>,
    /// Calls of the CRM that succeeded: contact, idempotency key, update.
    pub(crate) crm_updates: Mutex<Vec<(String, String, ContactUpdate)>>,
    /// Idempotency keys of all calls of the CRM.
    pub(crate) crm_keys: Mutex<Vec<String>>,
    /// Letters and parcels.
    pub(crate) posted: Mutex<Vec<String>>,
    /// How many more times a parcel is still on its way.
    pub(crate) underway: Mutex<u32>,
    /// Steps that were done.
    pub(crate) steps: Mutex<Vec<u64>>,
}

impl FakeWorld {
    /// A host with all jobs, in this world.
    pub(crate) async fn host(self: &Arc<Self>) -> TestHost {
        let services = Services {
            token_endpoint: Arc::clone(self) as _,
            crm: Arc::clone(self) as _,
            shop: Arc::clone(self) as _,
            world: Arc::clone(self) as _,
        };
        let host = TestHost::new(services)
            .job::<TokenRefresher>()
            .job::<WebhookBatch>()
            .job::<Order>()
            .job::<Traffic>();
        host.start().await.unwrap()
    }
}

/// One less, and whether there was one left.
fn take_one(count: &Mutex<u32>) -> bool {
    let mut count = count.lock().unwrap();
    let left = *count > 0;
    *count = count.saturating_sub(1);
    left
}

impl TokenEndpoint for FakeWorld {
    fn post<'a>(&'a self, form: &'a [(&'a str, &'a str)]) -> BoxFuture<'a, JobResult<HttpAnswer>> {
        Box::pin(async move {
            assert!(form.contains(&("grant_type", "refresh_token")));
            let token = form.iter().find(|(name, _)| *name == "refresh_token");
            self.traded_in
                .lock()
                .unwrap()
                .push(token.unwrap().1.to_owned());
            Ok(self.token_answers.lock().unwrap().pop_front().unwrap()?)
        })
    }
}

impl Crm for FakeWorld {
    fn update<'a>(
        &'a self,
        contact: &'a str,
        idempotency_key: &'a str,
        update: &'a ContactUpdate,
    ) -> BoxFuture<'a, JobResult> {
        Box::pin(async move {
            self.crm_keys
                .lock()
                .unwrap()
                .push(idempotency_key.to_owned());
            if take_one(&self.crm_failures) {
                return Err("the CRM is down".into());
            }
            let received = (
                contact.to_owned(),
                idempotency_key.to_owned(),
                update.clone(),
            );
            self.crm_updates.lock().unwrap().push(received);
            Ok(())
        })
    }
}

impl Shop for FakeWorld {
    fn remind<'a>(&'a self, order: &'a str) -> BoxFuture<'a, JobResult> {
        self.posted
            .lock()
            .unwrap()
            .push(format!("reminder for {order}"));
        Box::pin(async { Ok(()) })
    }

    fn ship<'a>(&'a self, order: &'a str, _key: &'a str) -> BoxFuture<'a, JobResult<String>> {
        self.posted
            .lock()
            .unwrap()
            .push(format!("parcel for {order}"));
        Box::pin(async { Ok("parcel-1".to_owned()) })
    }

    fn is_delivered<'a>(&'a self, _tracking: &'a str) -> BoxFuture<'a, JobResult<bool>> {
        let underway = take_one(&self.underway);
        Box::pin(async move { Ok(!underway) })
    }
}

impl World for FakeWorld {
    fn act(&self, step: u64) -> BoxFuture<'_, JobResult> {
        self.steps.lock().unwrap().push(step);
        Box::pin(async { Ok(()) })
    }
}

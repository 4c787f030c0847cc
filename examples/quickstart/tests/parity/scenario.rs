//! What happens: the same to both programs.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    hosts::Host,
    process::eventually,
    seen::{without_keys, without_times},
    services::{Log, Services},
};

/// What was seen from both sides.
#[derive(Debug, PartialEq)]
pub(crate) struct Played {
    pub(crate) answers: Vec<Answer>,
    pub(crate) asked: Log,
}

/// What a client was answered.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    request: String,
    pub(crate) status: u16,
    body: Value,
}

/// Compares piece by piece, so that a difference can be read.
pub(crate) fn assert_alike(embedded: &Played, worker: &Played) {
    for (ours, theirs) in embedded.answers.iter().zip(&worker.answers) {
        assert_eq!(ours, theirs, "left the embedded program, right the Worker");
    }
    for (about, asked) in &embedded.asked {
        let both = (Some(asked), worker.asked.get(about));
        assert_eq!(
            both.0, both.1,
            "{about}: left the embedded program, right the Worker"
        );
    }
    assert_eq!(embedded, worker);
}

/// A program, its services, and what its client has seen so far.
pub(crate) struct Stage<H> {
    host: H,
    services: Services,
    client: Client,
    answers: Vec<Answer>,
}

/// Plays a scenario to a host of its own.
pub(crate) async fn play<H: Host>(scenario: impl AsyncFnOnce(&mut Stage<H>)) -> Played {
    let services = Services::start().await;
    let mut stage = Stage {
        host: H::start(&services).await,
        services,
        client: client(),
        answers: Vec::new(),
    };
    scenario(&mut stage).await;
    Played {
        answers: stage.answers,
        asked: without_keys(stage.services.log()),
    }
}

/// With a connection for each request: workerd closes idle ones without asking.
fn client() -> Client {
    let builder = Client::builder().no_proxy().pool_max_idle_per_host(0);
    builder.build().unwrap()
}

impl<H: Host> Stage<H> {
    /// Sends a request whose answer counts.
    async fn ask(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: String) {
        let request = format!("{method} {path} {headers:?} {body}");
        let (status, body) = self.send(method, path, headers, body).await;
        let body = without_times(body);
        self.answers.push(Answer {
            request,
            status,
            body,
        });
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> (u16, Value) {
        let url = format!("{}{path}", self.host.url());
        let mut request = self.client.request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.text().await.unwrap();
        (
            status,
            serde_json::from_str(&body).unwrap_or(Value::String(body)),
        )
    }

    async fn get(&mut self, path: &str) {
        self.ask(Method::GET, path, &[], String::new()).await;
    }

    async fn post(&mut self, path: &str, body: Value) {
        self.ask(Method::POST, path, &[], body.to_string()).await;
    }

    async fn post_once(&mut self, path: &str, key: &str, body: Value) {
        let headers = [("idempotency-key", key)];
        self.ask(Method::POST, path, &headers, body.to_string())
            .await;
    }

    /// Waits until the services were asked so often about something.
    async fn until_asked(&self, about: &str, times: usize) {
        eventually(about, async || {
            (self.services.count(about) >= times).then_some(())
        })
        .await;
    }

    /// Waits until what is at a path says so.
    async fn until(&self, path: &str, field: &str, value: impl Into<Value>) {
        let value = value.into();
        eventually(path, async || {
            let (_, body) = self.send(Method::GET, path, &[], String::new()).await;
            (body[field] == value).then_some(())
        })
        .await;
    }

    async fn send_webhook(&mut self, contact: &str, id: &str, at: u64, payload: Value) {
        let webhook =
            json!({ "id": id, "type": "contact.updated", "occurred_at": at, "payload": payload });
        self.post(&format!("/webhooks/{contact}"), webhook).await;
    }
}

/// Tokens, webhooks and orders, with what goes wrong on the way.
pub(crate) async fn everything<H: Host>(stage: &mut Stage<H>) {
    a_user_signs_in(stage).await;
    webhooks_come(stage).await;
    orders_are_placed(stage).await;
    requests_make_no_sense(stage).await;
    a_refresh_token_is_withdrawn(stage).await;
    orders_end(stage).await;
}

async fn a_user_signs_in<H: Host>(stage: &mut Stage<H>) {
    stage.get("/users/ada").await;
    let sign_in = json!({ "refresh_token": "rt-0" });
    stage.post("/users/ada", sign_in.clone()).await;
    stage.post("/users/ada", sign_in).await;
}

/// A burst with a repetition, and one that fills a batch.
async fn webhooks_come<H: Host>(stage: &mut Stage<H>) {
    let contact = "Zo%C3%AB%2F1";
    stage
        .send_webhook(contact, "a", 3, json!({ "city": "Graz", "score": 1 }))
        .await;
    stage
        .send_webhook(contact, "b", 1, json!({ "city": "Linz", "score": 2.5 }))
        .await;
    stage
        .send_webhook(contact, "a", 3, json!({ "city": "Graz" }))
        .await;
    stage
        .send_webhook(contact, "c", 4, json!({ "tags": ["x", null] }))
        .await;
    stage.get(&format!("/webhooks/{contact}")).await;
    for number in 0..25 {
        stage
            .send_webhook("busy", &format!("b-{number}"), number, json!({}))
            .await;
    }
    stage.until_asked("contact busy", 1).await;
}

async fn orders_are_placed<H: Host>(stage: &mut Stage<H>) {
    let placed = json!({ "placed": { "total_cents": 4_999 } });
    stage.post("/orders/paid/events", json!("paid")).await;
    stage.get("/orders/paid").await;
    stage
        .post_once("/orders/paid/events", "p-1", placed.clone())
        .await;
    stage
        .post_once("/orders/paid/events", "p-1", placed.clone())
        .await;
    stage.get("/orders/paid").await;
    stage.post("/orders/paid/events", json!("paid")).await;
    stage.post("/orders/paid/events", placed.clone()).await;
    stage.post("/orders/paid/events", json!("cancelled")).await;
    stage.get("/orders/paid").await;
    stage.post("/orders/forgotten/events", placed).await;
}

async fn requests_make_no_sense<H: Host>(stage: &mut Stage<H>) {
    let text = |text: &str| text.to_owned();
    stage
        .ask(Method::POST, "/webhooks/ada", &[], text("{\"id\":"))
        .await;
    stage
        .post("/webhooks/ada", json!({ "id": "x", "type": "y" }))
        .await;
    stage.post("/orders/mine/events", json!("lost")).await;
    stage.ask(Method::POST, "/users/ben", &[], text("[]")).await;
    let long = "x".repeat(513);
    stage.send_webhook(&long, "a", 1, json!({})).await;
    stage.get("/nothing/here?at=all").await;
    stage
        .ask(Method::DELETE, "/orders/paid", &[], text(""))
        .await;
    stage.get("/demo/start").await;
    let forged = text("grant_type=refresh_token&refresh_token=forged");
    stage.ask(Method::POST, "/oauth/token", &[], forged).await;
}

async fn a_refresh_token_is_withdrawn<H: Host>(stage: &mut Stage<H>) {
    stage.until_asked("token endpoint", 4).await;
    stage
        .until("/users/ada", "error", "ada does not exist")
        .await;
    stage.get("/users/ada").await;
}

async fn orders_end<H: Host>(stage: &mut Stage<H>) {
    stage.until("/orders/paid", "state", "delivered").await;
    stage.get("/orders/paid").await;
    let reminded = json!({ "reminded": { "total_cents": 4_999 } });
    stage.until("/orders/forgotten", "state", reminded).await;
    stage.get("/orders/forgotten").await;
    stage
        .post("/orders/forgotten/events", json!("cancelled"))
        .await;
    stage.get("/orders/forgotten").await;
    for contact in ["contact Zoë/1", "contact busy"] {
        stage.until_asked(contact, 2).await;
    }
    stage.until("/webhooks/busy", "status", "idle").await;
    stage.get("/webhooks/busy").await;
}

/// A kill between what was acknowledged and what follows from it.
pub(crate) async fn killed<H: Host>(stage: &mut Stage<H>) {
    for number in 0..5 {
        stage
            .send_webhook(
                "ada",
                &format!("a-{number}"),
                number,
                json!({ "n": number }),
            )
            .await;
    }
    let placed = json!({ "placed": { "total_cents": 100 } });
    stage
        .post_once("/orders/mine/events", "p-1", placed.clone())
        .await;
    stage.post("/orders/mine/events", json!("paid")).await;
    stage.host.kill(&stage.services).await;
    stage.send_webhook("ada", "a-0", 0, json!({ "n": 0 })).await;
    stage.post_once("/orders/mine/events", "p-1", placed).await;
    stage.until("/orders/mine", "state", "delivered").await;
    stage.until_asked("contact ada", 2).await;
    stage.until("/webhooks/ada", "status", "idle").await;
    stage.get("/orders/mine").await;
    stage.get("/webhooks/ada").await;
}

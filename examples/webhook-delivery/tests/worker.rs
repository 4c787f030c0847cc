//! The same jobs as a Worker in real workerd, which delivers over real HTTP to the receivers of the demonstration.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use std::time::Duration;

use durable_jobs_workerd::{Namespace, Workerd, get, post, worker};
use serde_json::{Value, json};

#[path = "../src/demo/receivers.rs"]
mod receivers;

use receivers::Receivers;

/// Webhooks for each receiver.
const EACH: u64 = 4;
const RECEIVERS: [&str; 6] = ["steady", "flaky", "busy", "stalls", "broken", "gone"];

/// How often it is asked how far the queue is, and how often at most.
const GLANCE: Duration = Duration::from_millis(100);
const GLANCES: u32 = 600;

/// A program that serves the Worker.
struct Program(Workerd);

impl Program {
    fn start() -> Self {
        let mut builder = Workerd::builder(worker("webhook-delivery").unwrap());
        for class in ["Delivery", "Receiver"] {
            builder = builder.namespace(Namespace::new(class));
        }
        Self(builder.start().unwrap())
    }

    fn get(&self, path: &str) -> Value {
        let answer = get(&format!("{}{path}", self.0.url())).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.0.url());
        let answer = post(&url, &body.to_string()).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Waits until nothing waits, and says what became of all.
    #[expect(clippy::disallowed_methods, reason = "workerd runs in real time")]
    async fn until_quiet(&self) -> Value {
        for _ in 0..GLANCES {
            let status = self.get("/status");
            if status["waiting"] == 0 {
                return status;
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("webhooks still wait: {}", self.get("/status"));
    }
}

/// All webhooks to all receivers.
fn webhooks(receivers: &Receivers) -> Value {
    let webhooks = (0..EACH).flat_map(|number| {
        RECEIVERS.map(|receiver| {
            let id = format!("{receiver}-{number}");
            json!({ "id": id, "url": receivers.url(receiver), "body": format!("{{\"event\":\"{id}\"}}") })
        })
    });
    webhooks.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_delivered_is_and_a_kill_loses_nothing() {
    let receivers = Receivers::serve().await.unwrap();
    let mut program = Program::start();
    let enqueued = program.post("/webhooks", &webhooks(&receivers));
    assert_eq!(enqueued["enqueued"], 6 * EACH);
    let repeated = program.post("/webhooks", &webhooks(&receivers));
    assert_eq!(repeated["enqueued"], 0, "ids are known");

    program.0.kill().unwrap();
    program.0.start().unwrap();
    let status = program.until_quiet().await;
    assert_eq!(status["dead"], 2 * EACH, "broken and gone");
    let dead = program.get("/dead");
    let attempts_at = |receiver: &str| {
        let dead = dead.as_array().unwrap().iter();
        let of_it = dead.filter(|dead| dead["id"].as_str().unwrap().starts_with(receiver));
        of_it
            .map(|dead| dead["attempts"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    // An attempt that the kill has cut off is counted, and is not one of those that the policy allows.
    for (receiver, allowed) in [("broken", 6), ("gone", 1)] {
        let attempts = attempts_at(receiver);
        assert_eq!(attempts.len() as u64, EACH, "{dead}");
        let all_made = attempts
            .iter()
            .all(|made| (allowed..=allowed + 1).contains(made));
        assert!(all_made, "{receiver}: {dead}");
    }

    receivers.mend();
    assert_eq!(program.post("/retry", &json!({}))["revived"], 2 * EACH);
    let status = program.until_quiet().await;
    assert_eq!(status["delivered"], 5 * EACH);
    assert_eq!(status["dead"], EACH, "gone for good");
    assert!(receivers.taken() >= 5 * EACH);
}

//! The Worker around the job: takes webhooks in, and tells what became of them.

use durable_jobs::{BoxFuture, ClientError, Envelope, FromWorkerEnv, Host, JobResult};
use serde::Deserialize;
use serde_json::{Value, json};
use worker::{
    Context, Env, Error, Fetch, Headers, Method, Request, RequestInit, Response, Result, event,
};

use crate::{
    Answer, Delivery, DeliveryClient, Outgoing, Post, ReceiverClient, Services,
    post::IDEMPOTENCY_KEY,
};

/// The instance that holds all webhooks.
const QUEUE: &str = "outgoing";

impl FromWorkerEnv for Services {
    fn from_worker_env(env: &Env) -> JobResult<Self> {
        let services = Self::new(Web);
        // They were made just now.
        let _ = services
            .receivers
            .set(ReceiverClient::new(&Host::from_env(env)?));
        Ok(services)
    }
}

/// Fetches, as Workers do.
struct Web;

impl Web {
    async fn send(outgoing: Outgoing) -> Result<Answer> {
        let headers = Headers::new();
        headers.set(IDEMPOTENCY_KEY, &outgoing.idempotency_key)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_headers(headers)
            .with_body(Some(outgoing.body.as_str().into()));
        let request = Request::new_with_init(&outgoing.url, &init)?;
        let answer = Fetch::Request(request).send().await?;
        let retry_after = answer.headers().get("retry-after")?;
        Ok(Answer {
            status: answer.status_code(),
            retry_after: retry_after.and_then(|seconds| seconds.parse().ok()),
        })
    }
}

impl Post for Web {
    fn post(&self, outgoing: Outgoing) -> BoxFuture<'_, JobResult<Answer>> {
        Box::pin(async move { Ok(Self::send(outgoing).await?) })
    }
}

/// A webhook as it is posted to this Worker.
#[derive(Deserialize)]
struct Webhook {
    id: String,
    #[serde(flatten)]
    delivery: Delivery,
}

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> Result<Response> {
    let deliveries = DeliveryClient::new(&Host::from_env(&env)?);
    let told = |error: ClientError| Error::RustError(error.to_string());
    let answer = match (request.method(), request.path().as_str()) {
        (Method::Post, "/webhooks") => {
            let webhooks: Vec<Webhook> = request.json().await?;
            let webhooks = webhooks.into_iter();
            let webhooks = webhooks.map(|webhook| Envelope::new(webhook.delivery).id(&webhook.id));
            let enqueued = deliveries
                .enqueue_many(QUEUE, webhooks)
                .await
                .map_err(told)?;
            json!({ "enqueued": enqueued.enqueued })
        }
        (Method::Get, "/status") => status(&deliveries).await.map_err(told)?,
        (Method::Get, "/dead") => {
            let dead = deliveries.dead_letters(QUEUE, 100).await.map_err(told)?;
            dead.into_iter()
                .map(|dead| json!({ "id": dead.event_id, "error": dead.error, "attempts": dead.attempts }))
                .collect()
        }
        (Method::Post, "/retry") => {
            let revived = deliveries.retry_all_dead(QUEUE).await.map_err(told)?;
            json!({ "revived": revived.revived })
        }
        _ => return Response::error("there is nothing here", 404),
    };
    Response::from_json(&answer)
}

async fn status(deliveries: &DeliveryClient) -> std::result::Result<Value, ClientError> {
    let status = deliveries.status(QUEUE).await?;
    Ok(json!({
        "waiting": status.pending + status.in_flight + status.delayed,
        "delivered": status.processed,
        "dead": status.dead,
    }))
}

//! What the Worker answers to a test.

use std::{error::Error, time::Duration};

use durable_jobs::Host;
use durable_jobs_cloudflare::testing::{self, Poke};
use durable_jobs_runtime::{
    ListQuery,
    wire::{Call, Connect, Json, Received, Request, encode_answer},
};
use serde::Deserialize;
use worker::Env;

use super::control;

type Answer = Result<String, Box<dyn Error>>;

/// A call of a client in the test's process.
#[derive(Deserialize)]
struct Sent {
    class: String,
    timeout_ms: Option<u64>,
    /// As [`Request::encode`] has made it.
    request: String,
}

/// An object, and the binding that it is found by.
#[derive(Deserialize)]
struct Object {
    binding: String,
    name: String,
}

/// Answers a request to a path; `None` if nothing is there.
pub(crate) async fn answer(path: &str, body: &str, env: &Env) -> Option<Answer> {
    Some(match path {
        "/call" => call(body, env).await,
        "/list" => list(body, env).await,
        "/alarm/derive" => poke(body, env, Poke::Derive).await,
        "/alarm/now" => poke(body, env, Poke::Now).await,
        "/status" => told(control::status()),
        "/clock" => told(control::set_clock(body)),
        "/break" => told(control::break_store()),
        "/mend" => told(control::mend_store()),
        "/telemetry" => told(control::telemetry()),
        "/folds" => told(control::folds(body)),
        "/rows" => Ok(testing::rows_written().to_string()),
        _ => return None,
    })
}

fn told(result: serde_json::Result<String>) -> Answer {
    Ok(result?)
}

async fn call(body: &str, env: &Env) -> Answer {
    let sent: Sent = serde_json::from_str(body)?;
    let Received {
        job,
        id,
        request,
        call,
        ..
    } = Received::decode(&sent.request)?;
    let request = Request {
        // A test calls few jobs.
        job: job.into_owned().leak(),
        class: sent.class.leak(),
        id,
        call: Call::from_text(Json(call.into())),
        timeout: sent.timeout_ms.map(Duration::from_millis),
        request,
        message: None,
    };
    let answer = Host::from_env(env)?.transport().call(request).await;
    Ok(encode_answer(&answer))
}

async fn list(body: &str, env: &Env) -> Answer {
    let query: ListQuery = serde_json::from_str(body)?;
    let listed = Host::from_env(env)?.transport().list(query).await;
    Ok(serde_json::to_string(&listed)?)
}

async fn poke(body: &str, env: &Env, poke: Poke) -> Answer {
    let Object { binding, name } = serde_json::from_str(body)?;
    let poked = testing::wake(env, &binding, &name, poke).await;
    poked.map_err(|error| format!("{error:?}"))?;
    Ok(String::new())
}

//! Calls of jobs by the library's clients.

use std::pin::Pin;

use durable_jobs::{__private::Declared, Debounce, DebounceClient, Host, Task, TaskClient};
use serde::{Serialize, de::DeserializeOwned};
use worker::{Env, js_sys::futures::JsFuture, web_sys::Request};

use crate::{
    Failure,
    jobs::{
        Accum, AccumClient, Counter, CounterClient, Latest, LatestClient, Max10, Max10Client,
        Plain, PlainClient, Short, ShortClient, Ticker, TickerClient,
    },
    route::Call,
};

/// Where the class of all jobs is bound.
const BINDING: &str = "JOBS";

/// An answer as JSON, boxed: a cold Worker compiles the calls of one kind of job, and not those of all.
type Answering<'a> = Pin<Box<dyn Future<Output = Result<String, Failure>> + 'a>>;

/// Makes the call that a route means and gives its answer as JSON.
pub(crate) async fn answer(
    call: &Call<'_>,
    request: &Request,
    env: &Env,
) -> Result<String, Failure> {
    let answering: Answering<'_> = match (call.kind, call.job) {
        ("debounce", "latest") => Box::pin(debounce(
            LatestClient::new(&host::<Latest>(env)?),
            call,
            request,
        )),
        ("debounce", "max10") => Box::pin(debounce(
            Max10Client::new(&host::<Max10>(env)?),
            call,
            request,
        )),
        ("debounce", "short") => Box::pin(debounce(
            ShortClient::new(&host::<Short>(env)?),
            call,
            request,
        )),
        ("debounce", "accum") => Box::pin(debounce(
            AccumClient::new(&host::<Accum>(env)?),
            call,
            request,
        )),
        ("task", "counter") => Box::pin(task(
            CounterClient::new(&host::<Counter>(env)?),
            call,
            request,
        )),
        ("task", "plain") => Box::pin(task(PlainClient::new(&host::<Plain>(env)?), call, request)),
        ("continuous", "ticker") => Box::pin(ticker(
            TickerClient::new(&host::<Ticker>(env)?),
            call,
            request,
        )),
        (kind, job) => return Err(format!("there is no {kind} job {job}").into()),
    };
    answering.await
}

async fn debounce<J>(
    client: DebounceClient<J>,
    call: &Call<'_>,
    request: &Request,
) -> Result<String, Failure>
where
    J: Debounce<Event: DeserializeOwned> + Serialize,
{
    match call.action {
        "add" => json(&client.add(call.id, body(request).await?).await?),
        "flush" => json(&client.flush(call.id).await?),
        "clear" => json(&client.clear(call.id).await?),
        "status" => json(&client.status(call.id).await?),
        "state" => json(&client.state(call.id).await?),
        _ => unknown(call),
    }
}

async fn task<J>(
    client: TaskClient<J>,
    call: &Call<'_>,
    request: &Request,
) -> Result<String, Failure>
where
    J: Task<Event: DeserializeOwned> + Serialize,
{
    match call.action {
        "send" => json(&client.send(call.id, body(request).await?).await?),
        "trigger" => json(&client.trigger(call.id).await?),
        "terminate" => json(&client.terminate(call.id, "asked to").await?),
        "status" => json(&client.status(call.id).await?),
        "state" => json(&client.state(call.id).await?.map(|found| found.state)),
        _ => unknown(call),
    }
}

async fn ticker(
    client: TickerClient,
    call: &Call<'_>,
    request: &Request,
) -> Result<String, Failure> {
    match call.action {
        "start" => json(&client.start(call.id, body(request).await?).await?),
        "trigger" => json(&client.trigger(call.id).await?),
        "terminate" => json(&client.terminate(call.id, "asked to").await?),
        "status" => json(&client.status(call.id).await?),
        "state" => json(&client.state(call.id).await?),
        _ => unknown(call),
    }
}

fn host<J: Declared>(env: &Env) -> Result<Host, Failure> {
    Ok(Host::from_env(env)?.binding::<J>(BINDING))
}

async fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Failure> {
    let text = request.text().map_err(|_| "the body has been read")?;
    let text = JsFuture::from(text)
        .await
        .map_err(|_| "the body cannot be read")?;
    Ok(serde_json::from_str(
        &text.as_string().ok_or("the body is no text")?,
    )?)
}

fn json(answer: &impl Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string(answer)?)
}

fn unknown(call: &Call<'_>) -> Result<String, Failure> {
    Err(format!("{} jobs have no {}", call.kind, call.action).into())
}

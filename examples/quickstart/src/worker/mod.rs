//! The Worker around the jobs: their services from its environment, and what it serves.

mod inside;
mod outside;
mod requests;

use std::sync::Arc;

use durable_jobs::{FromWorkerEnv, Host, JobResult};
use serde_json::{Value, json};
use worker::{Context, Env, Result, event, web_sys};

use self::{inside::Inside, outside::Outside};
use crate::{
    Services,
    clients::Clients,
    demo::Demo,
    http::Http,
    server::{Program, Server},
    web::{self, Place},
};

thread_local! {
    /// One for all objects that share the memory of this isolate.
    static DEMO: Arc<Demo> = Arc::default();
}

/// What this program adds to what is served everywhere.
struct Worker;

impl Program for Worker {
    fn about(&self) -> Value {
        json!({ "host": "cloudflare" })
    }
}

/// Services that text variables and secrets of the Worker name; the Worker plays the others itself.
impl FromWorkerEnv for Services {
    fn from_worker_env(env: &Env) -> JobResult<Self> {
        let variable = |name: &str| env.var(name).ok().map(|text| text.to_string());
        let outside: Arc<dyn Http> = Arc::new(Outside);
        let inside = Arc::new(Inside(server(env)?));
        let demonstration = Place::new("the demonstration", "", inside);
        Ok(web::services(variable, &outside, &demonstration))
    }
}

fn server(env: &Env) -> Result<Server> {
    Ok(Server {
        clients: Clients::new(&Host::from_env(env)?),
        demo: DEMO.with(Arc::clone),
        program: Arc::new(Worker),
    })
}

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, _: Context) -> Result<web_sys::Response> {
    let request = requests::received(request).await?;
    requests::sent(&server(&env)?.answer(request).await)
}

//! What runs in workerd.

mod control;
mod jobs;
mod routes;

use worker::{Context, Env, Request, Response, Result, event};

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> Result<Response> {
    let body = request.text().await?;
    match routes::answer(&request.path(), &body, &env).await {
        Some(Ok(answer)) => Response::ok(answer),
        Some(Err(refusal)) => Response::error(refusal.to_string(), 500),
        None => Response::error("there is no such route", 404),
    }
}

//! The Worker whose speed is measured: jobs behind plain routes.
//!
//! It is written as a user would write it who counts microseconds: clients of the library, routes taken apart by
//! hand, and requests and responses as the platform has them.

#![forbid(unsafe_code)]
#![cfg(target_family = "wasm")]

mod answer;
mod call;
mod counters;
mod jobs;
mod route;

use worker::{
    Context, Env,
    web_sys::{Request, Response},
};

use crate::route::Route;

/// Whatever makes a request fail.
type Failure = Box<dyn std::error::Error>;

#[worker::event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response, Failure> {
    let url = request.url();
    let result = match Route::of(&url) {
        Route::Ping => return answer::text("ok"),
        Route::Counters => counters::as_json(),
        Route::Call(call) => call::answer(&call, &request, &env).await,
        Route::Nothing => Err(format!("there is no {url}").into()),
    };
    match result {
        Ok(json) => answer::json(&json),
        Err(error) => answer::failure(&error.to_string()),
    }
}

//! Responses as the platform has them.

use worker::web_sys::{Headers, Response, ResponseInit};

use crate::Failure;

thread_local! {
    /// Made once: each response would make its own otherwise.
    static JSON: Option<ResponseInit> = with_status(200).ok();
}

/// An answer in plain text.
pub(crate) fn text(text: &str) -> Result<Response, Failure> {
    Response::new_with_opt_str(Some(text)).map_err(|_| "no response".into())
}

/// An answer in JSON.
pub(crate) fn json(json: &str) -> Result<Response, Failure> {
    JSON.with(|init| match init {
        Some(init) => respond(json, init),
        None => Err("no headers".into()),
    })
}

/// The answer to a call that failed.
pub(crate) fn failure(message: &str) -> Result<Response, Failure> {
    let json = serde_json::to_string(&Failed { error: message })?;
    respond(&json, &with_status(500)?)
}

#[derive(serde::Serialize)]
struct Failed<'a> {
    error: &'a str,
}

fn respond(json: &str, init: &ResponseInit) -> Result<Response, Failure> {
    Response::new_with_opt_str_and_init(Some(json), init).map_err(|_| "no response".into())
}

fn with_status(status: u16) -> Result<ResponseInit, Failure> {
    let headers = Headers::new().map_err(|_| "no headers")?;
    headers
        .set("content-type", "application/json")
        .map_err(|_| "no header")?;
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(&headers);
    Ok(init)
}

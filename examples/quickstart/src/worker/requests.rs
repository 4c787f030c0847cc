//! Requests and answers of Workers, as the server of both programs has them.
//!
//! They are those of the platform itself: `worker::Request` and `worker::Response` can do more, and add 4 KB to this
//! Worker.

use worker::{
    Result,
    wasm_bindgen::JsValue,
    wasm_bindgen_futures::JsFuture,
    web_sys::{self, RequestInit, ResponseInit, js_sys::Promise},
};

use crate::http::{Headers, Method, Request, Response, header};

/// A request that has arrived.
pub(super) async fn received(request: web_sys::Request) -> Result<Request> {
    let method = match request.method().as_str() {
        "GET" => Method::Get,
        "POST" => Method::Post,
        _ => Method::Other,
    };
    Ok(Request {
        headers: some_of(&request.headers(), &header::OF_REQUESTS)?,
        body: text(request.text()?).await?,
        ..Request::new(method, request.url())
    })
}

/// An answer on its way.
pub(super) fn sent(answer: &Response) -> Result<web_sys::Response> {
    let init = ResponseInit::new();
    init.set_status(answer.status);
    init.set_headers(&all_of(&answer.headers)?);
    let body = Some(answer.body.as_str()).filter(|body| !body.is_empty());
    Ok(web_sys::Response::new_with_opt_str_and_init(body, &init)?)
}

/// A request on its way.
pub(super) fn outgoing(request: &Request) -> Result<web_sys::Request> {
    let init = RequestInit::new();
    init.set_headers(&all_of(&request.headers)?);
    if request.method != Method::Get {
        init.set_method("POST");
    }
    if !request.body.is_empty() {
        init.set_body(&request.body.as_str().into());
    }
    Ok(web_sys::Request::new_with_str_and_init(
        &request.url,
        &init,
    )?)
}

/// An answer that has arrived.
pub(super) async fn incoming(answer: web_sys::Response) -> Result<Response> {
    Ok(Response {
        status: answer.status(),
        headers: some_of(&answer.headers(), &[header::RETRY_AFTER])?,
        body: text(answer.text()?).await?,
    })
}

fn some_of(headers: &web_sys::Headers, names: &[&'static str]) -> Result<Headers> {
    let mut found = Headers::default();
    for name in names {
        if let Some(value) = headers.get(name)? {
            found.add(name, value);
        }
    }
    Ok(found)
}

fn all_of(headers: &Headers) -> Result<JsValue> {
    let all = web_sys::Headers::new()?;
    for (name, value) in headers.iter() {
        all.set(name, value)?;
    }
    Ok(all.into())
}

async fn text(body: Promise) -> Result<String> {
    let text = JsFuture::from(body).await?;
    Ok(text.as_string().unwrap_or_default())
}

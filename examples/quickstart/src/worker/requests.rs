//! Requests and answers of Workers, as the server of both programs has them.

use crate::http::{Headers, Method, Request, Response, header};

/// A request that has arrived.
pub(super) async fn received(mut request: worker::Request) -> worker::Result<Request> {
    let method = match request.method() {
        worker::Method::Get => Method::Get,
        worker::Method::Post => Method::Post,
        _ => Method::Other,
    };
    let mut headers = Headers::default();
    for name in header::OF_REQUESTS {
        if let Some(value) = request.headers().get(name)? {
            headers.add(name, value);
        }
    }
    Ok(Request {
        headers,
        body: request.text().await?,
        // Parsing the URL would bring tables of Unicode along, a fifth of the size of this Worker.
        ..Request::new(method, request.inner().url())
    })
}

/// An answer on its way.
pub(super) fn sent(answer: Response) -> worker::Result<worker::Response> {
    let mut builder = worker::Response::builder().with_status(answer.status);
    for (name, value) in answer.headers.iter() {
        builder = builder.with_header(name, value)?;
    }
    Ok(builder.fixed(answer.body.into_bytes()))
}

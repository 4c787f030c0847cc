//! The least Rust Worker with a Durable Object: what a cold start of one costs.

#![cfg(target_family = "wasm")]
#![expect(missing_docs, reason = "the platform's macros write code without")]

use worker::*;

/// Keeps one number.
#[durable_object]
#[derive(Debug)]
pub struct Jobs {
    state: State,
}

impl DurableObject for Jobs {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        let storage = self.state.storage();
        let count = storage.get("count").await?.unwrap_or(0_u32) + 1;
        storage.put("count", count).await?;
        Response::ok(count.to_string())
    }
}

/// Passes `/{name}` on to the object of that name.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = request.path();
    if path == "/ping" {
        return Response::ok("ok");
    }
    let stub = env
        .durable_object("JOBS")?
        .id_from_name(&path)?
        .get_stub()?;
    stub.fetch_with_request(request).await
}

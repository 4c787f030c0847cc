//! An endpoint for telemetry, which behaves as a test tells it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{Router, extract::State, http::StatusCode, routing::post};

/// What has been posted to `/ingest`, and what becomes of it.
#[derive(Clone, Debug, Default)]
pub struct Ingest(Arc<Mutex<Posts>>);

#[derive(Debug, Default)]
struct Posts {
    bodies: Vec<String>,
    manner: Manner,
}

/// What becomes of what is posted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// It is taken.
    #[default]
    Take,
    /// It is answered with 500.
    Fail,
    /// It is never answered.
    Stall,
}

impl Ingest {
    /// Says what becomes of what is posted from now on.
    pub fn behave(&self, manner: Manner) {
        self.lock().manner = manner;
    }

    /// Everything that was posted, in order.
    pub fn bodies(&self) -> Vec<String> {
        self.lock().bodies.clone()
    }

    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/ingest", post(take))
            .with_state(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Posts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn take(State(ingest): State<Ingest>, body: String) -> StatusCode {
    let manner = {
        let mut posts = ingest.lock();
        posts.bodies.push(body);
        posts.manner
    };
    match manner {
        Manner::Take => StatusCode::OK,
        Manner::Fail => StatusCode::INTERNAL_SERVER_ERROR,
        Manner::Stall => std::future::pending().await,
    }
}

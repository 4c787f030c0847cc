//! The world, as handlers in workerd reach it.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    routing::post,
};
use durable_jobs_testing::conformance::World;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::ingest::Ingest;

/// A server on this machine, until it is dropped.
#[derive(Debug)]
pub(crate) struct WorldServer {
    address: SocketAddr,
    open: Open,
    ingest: Ingest,
    serving: JoinHandle<()>,
}

/// The numbers of the questions that are not answered yet.
#[derive(Clone, Debug, Default)]
struct Open(Arc<Mutex<BTreeSet<u64>>>);

impl WorldServer {
    pub(crate) async fn start(world: World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port on this machine");
        let address = listener.local_addr().expect("a port");
        let open = Open::default();
        let ingest = Ingest::default();
        let router = Router::new()
            .route("/ask/{number}", post(answer))
            .layer(DefaultBodyLimit::disable())
            .with_state((world, open.clone()))
            .merge(ingest.router());
        #[expect(
            clippy::disallowed_methods,
            reason = "handlers ask while the case runs"
        )]
        let serving = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("serves for ever");
        });
        Self {
            address,
            open,
            ingest,
            serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The endpoint for telemetry.
    pub(crate) fn ingest(&self) -> &Ingest {
        &self.ingest
    }

    /// The numbers of the questions that handlers wait for an answer to.
    pub(crate) fn open(&self) -> BTreeSet<u64> {
        self.open.lock().clone()
    }
}

impl Drop for WorldServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State((world, open)): State<(World, Open)>,
    Path(number): Path<u64>,
    question: String,
) -> (StatusCode, String) {
    // Dropped with this future when whoever asked is gone.
    let _open = open.enter(number);
    match world.answer(&question).await {
        Ok(answer) => (StatusCode::OK, answer),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
    }
}

impl Open {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, number: u64) -> impl Drop + use<> {
        self.lock().insert(number);
        Entered {
            open: self.clone(),
            number,
        }
    }
}

struct Entered {
    open: Open,
    number: u64,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.open.lock().remove(&self.number);
    }
}

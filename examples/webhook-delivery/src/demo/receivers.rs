//! Receivers of webhooks on the loopback interface.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// Serves until it is dropped.
pub(crate) struct Receivers {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    /// Requests by idempotency key.
    requests: BTreeMap<String, u64>,
    taken: u64,
    mended: Mended,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Mended {
    #[default]
    No,
    Yes,
}

/// What a receiver does with a request.
enum Act {
    Take,
    Refuse(StatusCode),
    ComeBackAfterASecond,
    Stall,
}

impl Receivers {
    /// Takes a port of 127.0.0.1 that is free.
    #[expect(
        clippy::disallowed_methods,
        reason = "the receivers are a server of their own"
    )]
    pub(crate) async fn serve() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let seen = Arc::<Mutex<Seen>>::default();
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&seen));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the receivers have ended: {error}");
            }
        });
        Ok(Self {
            address,
            seen,
            serving,
        })
    }

    /// The address of a receiver.
    pub(crate) fn url(&self, receiver: &str) -> String {
        format!("http://{}/{receiver}", self.address)
    }

    /// Lets `/broken` take what it gets from now on.
    pub(crate) fn mend(&self) {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .mended = Mended::Yes;
    }

    /// How many webhooks were taken.
    #[cfg(test)]
    pub(crate) fn taken(&self) -> u64 {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .taken
    }
}

impl Drop for Receivers {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(State(seen): State<Arc<Mutex<Seen>>>, uri: Uri, headers: HeaderMap) -> Response {
    let key = headers.get("idempotency-key");
    let key = key.and_then(|key| key.to_str().ok()).unwrap_or_default();
    let act = seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .act(uri.path(), key);
    match act {
        Act::Take => StatusCode::NO_CONTENT.into_response(),
        Act::Refuse(status) => status.into_response(),
        Act::ComeBackAfterASecond => {
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response()
        }
        Act::Stall => std::future::pending().await,
    }
}

impl Seen {
    fn act(&mut self, path: &str, key: &str) -> Act {
        let requests = self.requests.entry(key.to_owned()).or_default();
        *requests += 1;
        let act = match (path, *requests) {
            ("/flaky", 1) => Act::Refuse(StatusCode::INTERNAL_SERVER_ERROR),
            ("/busy", 1) => Act::ComeBackAfterASecond,
            ("/stalls", 1) => Act::Stall,
            ("/broken", _) if self.mended == Mended::No => {
                Act::Refuse(StatusCode::INTERNAL_SERVER_ERROR)
            }
            ("/gone", _) => Act::Refuse(StatusCode::GONE),
            _ => Act::Take,
        };
        self.taken += u64::from(matches!(act, Act::Take));
        act
    }
}

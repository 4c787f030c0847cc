//! Services on the loopback interface: they do as the scenario needs, and remember what they were asked.

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::AbortHandle};

/// One request to a service.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) request: String,
    /// Those that say something: who asks, for which purpose, with what.
    pub(crate) headers: BTreeMap<&'static str, String>,
    pub(crate) body: Value,
}

/// What was asked, by whom it is about, in order.
pub(crate) type Log = BTreeMap<String, Vec<Asked>>;

/// A token endpoint, a CRM and a shop.
pub(crate) struct Services {
    base: String,
    log: Arc<Mutex<Log>>,
    serving: AbortHandle,
}

impl Services {
    #[expect(
        clippy::disallowed_methods,
        reason = "the services run beside the program that asks them"
    )]
    pub(crate) async fn start() -> Self {
        let log = Arc::new(Mutex::new(Log::new()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&log));
        let serving = tokio::spawn(async { axum::serve(listener, router).await });
        Self {
            base,
            log,
            serving: serving.abort_handle(),
        }
    }

    /// The variables by which the programs are told of them.
    pub(crate) fn variables(&self) -> [(&'static str, String); 5] {
        let base = &self.base;
        [
            ("TOKEN_ENDPOINT", format!("{base}/token")),
            ("CLIENT_ID", "parity".to_owned()),
            ("CLIENT_SECRET", "s:cret ü".to_owned()),
            ("CRM", format!("{base}/crm")),
            ("SHOP", format!("{base}/shop/")),
        ]
    }

    pub(crate) fn log(&self) -> Log {
        self.log.lock().unwrap().clone()
    }

    /// How often it was asked about this.
    pub(crate) fn count(&self, about: &str) -> usize {
        self.log.lock().unwrap().get(about).map_or(0, Vec::len)
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State(log): State<Arc<Mutex<Log>>>,
    method: Method,
    url: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let segments: Vec<&str> = url.path().split('/').skip(1).collect();
    let asked = Asked {
        request: format!("{method} {}", url.path()),
        headers: telling(&headers),
        body: read(&body),
    };
    let (about, answer): (String, Answer) = match *segments {
        ["token"] => ("token endpoint".to_owned(), token(&asked)),
        ["crm", "contacts", contact] => (format!("contact {}", plain(contact)), crm),
        ["shop", "orders", order, "reminder"] => (format!("order {order}"), reminder),
        ["shop", "orders", order, "parcel"] => (format!("order {order}"), parcel),
        ["shop", "parcels", tracking] => (
            format!("order {}", tracking.trim_start_matches("of-")),
            arrived,
        ),
        _ => ("nobody".to_owned(), unknown),
    };
    let mut log = log.lock().unwrap();
    let about = log.entry(about).or_default();
    let before = about.iter().filter(|before| **before == asked).count();
    about.push(asked.clone());
    answer(before, &asked)
}

/// What is answered to a request that has come so many times before.
type Answer = fn(usize, &Asked) -> Response;

fn token(asked: &Asked) -> Answer {
    match asked.body.as_str().unwrap() {
        "grant_type=refresh_token&refresh_token=rt-0" => |before, _| match before {
            0 => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")]).into_response(),
            _ => granted("rt-1"),
        },
        "grant_type=refresh_token&refresh_token=rt-1" => |_, _| granted("rt-2"),
        _ => |_, _| {
            let body = json!({ "error": "invalid_grant", "error_description": "withdrawn" });
            (StatusCode::BAD_REQUEST, body.to_string()).into_response()
        },
    }
}

fn granted(refresh_token: &str) -> Response {
    let body = json!({
        "access_token": "secret", "token_type": "Bearer", "expires_in": 4, "refresh_token": refresh_token,
    });
    body.to_string().into_response()
}

fn crm(before: usize, _: &Asked) -> Response {
    match before {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

fn reminder(_: usize, _: &Asked) -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn parcel(before: usize, asked: &Asked) -> Response {
    match before {
        0 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => {
            let order = asked.request.rsplit('/').nth(1).unwrap();
            json!({ "tracking": format!("of-{order}") })
                .to_string()
                .into_response()
        }
    }
}

fn arrived(before: usize, _: &Asked) -> Response {
    json!({ "delivered": before > 0 })
        .to_string()
        .into_response()
}

fn unknown(_: usize, _: &Asked) -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn telling(headers: &HeaderMap) -> BTreeMap<&'static str, String> {
    let names = ["authorization", "content-type", "idempotency-key"];
    let value = |name| Some((name, headers.get(name)?.to_str().unwrap().to_owned()));
    names.into_iter().filter_map(value).collect()
}

/// JSON if it is, else text.
fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

/// Both programs have to encode the same.
fn plain(segment: &str) -> String {
    segment.replace("Zo%C3%AB%2F1", "Zoë/1")
}

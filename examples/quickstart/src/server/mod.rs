//! What both programs serve over HTTP: the same paths, bodies and status codes on every host.
//!
//! | request | answer |
//! |---|---|
//! | `GET /`, `GET /status` | what goes on |
//! | `POST /webhooks/{contact}` | 202 when the webhook is durable, 200 when it was there before |
//! | `GET /webhooks/{contact}` | what waits for the CRM |
//! | `POST /orders/{id}/events` | 200 when the event was handled, 409 when the order cannot take it |
//! | `GET /orders/{id}` | the state of the order, and when it goes on |
//! | `POST /users/{id}` | 201 when a token refresher was started for the user, 200 when there was one |
//! | `GET /users/{id}` | how the token refresher does |
//! | `POST /demo/start`, `POST /demo/stop` | lets the demonstration begin and end |
//! | `/oauth/token`, `/crm/..`, `/shop/..` | the services that the demonstration plays itself, see [`demo`](crate::demo) |

mod demonstration;
mod orders;
mod refused;
mod status;
mod users;
mod webhooks;

use std::{fmt, future::ready, sync::Arc};

use durable_jobs::{Added, BoxFuture, MaybeSend, MaybeSync};
use serde_json::Value;

use self::refused::Refused;
use crate::{
    clients::Clients,
    demo::Demo,
    http::{Method, Request, Response},
    percent,
};

/// Answers requests with the clients of the jobs.
#[derive(Clone)]
pub struct Server {
    /// The clients of the jobs.
    pub clients: Clients,
    /// The services that the demonstration plays.
    pub demo: Arc<Demo>,
    /// The program around.
    pub program: Arc<dyn Program>,
}

/// What only one of the programs has.
pub trait Program: MaybeSend + MaybeSync {
    /// What it tells of itself at `/status`.
    fn about(&self) -> Value;

    /// Hears of a webhook that has been acknowledged.
    fn acknowledged(&self, _contact: &str, _added: &Added) {}
}

/// What a path leads to.
enum Resource<'a> {
    Status,
    Webhooks { contact: &'a str },
    Order { id: &'a str },
    OrderEvents { id: &'a str },
    User { id: &'a str },
    DemoStart,
    DemoStop,
    TokenEndpoint,
    CrmContact { contact: &'a str },
    Reminder,
    Parcel { order: &'a str },
    ParcelOnItsWay,
}

impl<'a> Resource<'a> {
    fn at(path: &[&'a str]) -> Option<Self> {
        Some(match *path {
            [""] | ["status"] => Self::Status,
            ["webhooks", contact] => Self::Webhooks { contact },
            ["orders", id] => Self::Order { id },
            ["orders", id, "events"] => Self::OrderEvents { id },
            ["users", id] => Self::User { id },
            ["demo", "start"] => Self::DemoStart,
            ["demo", "stop"] => Self::DemoStop,
            ["oauth", "token"] => Self::TokenEndpoint,
            ["crm", "contacts", contact] => Self::CrmContact { contact },
            ["shop", "orders", _, "reminder"] => Self::Reminder,
            ["shop", "orders", order, "parcel"] => Self::Parcel { order },
            ["shop", "parcels", _] => Self::ParcelOnItsWay,
            _ => return None,
        })
    }
}

/// An answer to come. All routes have the same type, so that a Worker compiles the code of those that are asked for.
type Answer<'a> = BoxFuture<'a, Result<Response, Refused>>;

impl Server {
    /// Answers one request.
    pub async fn answer(&self, request: Request) -> Response {
        let path = path(&request.url);
        let segments: Option<Vec<String>> = path.split('/').map(percent::decode).collect();
        let segments = segments.unwrap_or_default();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let answer = match Resource::at(&segments) {
            Some(resource) => self.route(resource, &request).await,
            None => Err(Refused::not_found(path)),
        };
        answer.unwrap_or_else(Response::from)
    }

    fn route<'a>(&'a self, resource: Resource<'a>, request: &'a Request) -> Answer<'a> {
        match (request.method, resource) {
            (Method::Get, Resource::Status) => Box::pin(self.status()),
            (Method::Get, Resource::Webhooks { contact }) => Box::pin(self.waiting(contact)),
            (Method::Post, Resource::Webhooks { contact }) => {
                Box::pin(self.receive_webhook(contact, request))
            }
            (Method::Get, Resource::Order { id }) => Box::pin(self.show_order(id)),
            (Method::Post, Resource::OrderEvents { id }) => {
                Box::pin(self.receive_event(id, request))
            }
            (Method::Get, Resource::User { id }) => Box::pin(self.show_user(id)),
            (Method::Post, Resource::User { id }) => Box::pin(self.sign_in(id, request)),
            (Method::Post, Resource::DemoStart) => Box::pin(self.start_demo()),
            (Method::Post, Resource::DemoStop) => Box::pin(self.stop_demo()),
            (method, resource) => {
                Box::pin(ready(self.answer_for_services(method, resource, request)))
            }
        }
    }

    /// The services that the demonstration plays.
    fn answer_for_services(
        &self,
        method: Method,
        resource: Resource<'_>,
        request: &Request,
    ) -> Result<Response, Refused> {
        let Demo { tokens, crm, shop } = &*self.demo;
        Ok(match (method, resource) {
            (Method::Post, Resource::TokenEndpoint) => tokens.answer(request),
            (Method::Post, Resource::CrmContact { contact }) => crm.answer(contact, request),
            (Method::Post, Resource::Reminder) => Response::new(204),
            (Method::Post, Resource::Parcel { order }) => shop.hand_over(order, request),
            (Method::Get, Resource::ParcelOnItsWay) => shop.whereabouts(),
            _ => return Err(Refused::method()),
        })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

/// The path of a URL, without its first slash and without a query.
fn path(url: &str) -> &str {
    let path = match url.strip_prefix('/') {
        Some(path) => path,
        None => url.splitn(4, '/').nth(3).unwrap_or_default(),
    };
    path.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_path_is_the_same_with_and_without_a_host() {
        for (url, expected) in [
            ("http://127.0.0.1:4780/orders/mine?x=1", "orders/mine"),
            ("https://example.com", ""),
            ("/orders/mine#top", "orders/mine"),
            ("/", ""),
        ] {
            assert_eq!(path(url), expected);
        }
    }
}

//! `/orders/{id}`

use durable_jobs::Timestamp;
use serde::Serialize;

use super::{Refused, Server};
use crate::{
    OrderEvent,
    http::{Request, Response, header},
};

/// The answer to an event.
#[derive(Serialize)]
struct Taken {
    duplicate: bool,
    next_step_at: Option<Timestamp>,
}

impl Server {
    /// `POST /orders/{id}/events`: 200 when the event was handled and is durable, 409 when the order cannot take it.
    ///
    /// The header `Idempotency-Key` makes it safe to repeat.
    pub(super) async fn receive_event(
        &self,
        id: &str,
        request: &Request,
    ) -> Result<Response, Refused> {
        let event: OrderEvent = serde_json::from_str(&request.body)?;
        let orders = &self.clients.orders;
        let sent = match request.headers.get(header::IDEMPOTENCY_KEY) {
            Some(key) => orders.send_once(id, key, event).await?,
            None => orders.send(id, event).await?,
        };
        let body = Taken {
            duplicate: sent.duplicate,
            next_step_at: sent.scheduled_at,
        };
        Ok(Response::json(200, &body))
    }

    /// `GET /orders/{id}`: the state of the order, when it began, and when it goes on.
    pub(super) async fn show_order(&self, id: &str) -> Result<Response, Refused> {
        match self.clients.orders.state(id).await? {
            Some(order) => Ok(Response::json(200, &order)),
            None => Err(Refused::not_found(id)),
        }
    }
}

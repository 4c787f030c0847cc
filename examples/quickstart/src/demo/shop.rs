//! The shop of the demonstration: its mail and its carrier.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::http::{Request, Response, header};

/// Every so many questions the parcel is still on its way.
const QUESTIONS_PER_DELAY: u64 = 3;

/// A shop without customers.
#[derive(Debug, Default)]
pub struct DemoShop {
    questions: AtomicU64,
}

#[derive(Serialize)]
struct Parcel {
    tracking: String,
}

#[derive(Serialize)]
struct Whereabouts {
    delivered: bool,
}

impl DemoShop {
    /// `POST /shop/orders/{order}/parcel`
    ///
    /// The number follows from the key, so that asking twice sends one parcel.
    pub(crate) fn hand_over(&self, order: &str, request: &Request) -> Response {
        let key = request.headers.get(header::IDEMPOTENCY_KEY);
        let number = super::seal(key.unwrap_or(order)) % 1_000_000;
        Response::json(
            200,
            &Parcel {
                tracking: format!("{order}-{number:06}"),
            },
        )
    }

    /// `GET /shop/parcels/{tracking}`
    pub(crate) fn whereabouts(&self) -> Response {
        let question = self.questions.fetch_add(1, Ordering::Relaxed);
        let delivered = !question.is_multiple_of(QUESTIONS_PER_DELAY);
        Response::json(200, &Whereabouts { delivered })
    }
}

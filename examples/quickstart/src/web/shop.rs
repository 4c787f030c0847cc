//! A shop over HTTP.

use durable_jobs::{BoxFuture, JobResult};
use serde::Deserialize;

use super::Place;
use crate::{http::header, percent, services::Shop};

#[derive(Debug)]
pub(super) struct HttpShop {
    pub(super) at: Place,
}

#[derive(Deserialize)]
struct Parcel {
    tracking: String,
}

#[derive(Deserialize)]
struct Whereabouts {
    delivered: bool,
}

impl Shop for HttpShop {
    /// `POST /orders/{order}/reminder`
    fn remind<'a>(&'a self, order: &'a str) -> BoxFuture<'a, JobResult> {
        let path = format!("orders/{}/reminder", percent::encode(order));
        Box::pin(async move { self.at.ask(self.at.post(&path)).await.map(drop) })
    }

    /// `POST /orders/{order}/parcel` answers `{"tracking": ".."}`.
    fn ship<'a>(
        &'a self,
        order: &'a str,
        idempotency_key: &'a str,
    ) -> BoxFuture<'a, JobResult<String>> {
        let path = format!("orders/{}/parcel", percent::encode(order));
        let request = self.at.post(&path).with(
            header::IDEMPOTENCY_KEY,
            percent::encode_header(idempotency_key),
        );
        Box::pin(async move {
            let answer = self.at.ask(request).await?;
            let Parcel { tracking } = serde_json::from_str(&answer.body)?;
            Ok(tracking)
        })
    }

    /// `GET /parcels/{tracking}` answers `{"delivered": true}`.
    fn is_delivered<'a>(&'a self, tracking: &'a str) -> BoxFuture<'a, JobResult<bool>> {
        let path = format!("parcels/{}", percent::encode(tracking));
        Box::pin(async move {
            let answer = self.at.ask(self.at.get(&path)).await?;
            let Whereabouts { delivered } = serde_json::from_str(&answer.body)?;
            Ok(delivered)
        })
    }
}

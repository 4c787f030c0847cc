//! `GET /` and `GET /status`

use durable_jobs::Status;
use serde::Serialize;
use serde_json::Value;

use super::{Refused, Server};
use crate::{demo, http::Response};

/// What goes on.
#[derive(Serialize)]
struct News {
    program: Value,
    traffic: Traffic,
}

/// How far the demonstration is.
#[derive(Serialize)]
struct Traffic {
    status: Status,
    steps: u64,
}

impl Server {
    /// How the demonstration does, and what the program tells of itself.
    pub(super) async fn status(&self) -> Result<Response, Refused> {
        let traffic = self.clients.traffic.status(demo::TRAFFIC).await?;
        let body = News {
            program: self.program.about(),
            traffic: Traffic {
                status: traffic.status,
                steps: traffic.run_count,
            },
        };
        Ok(Response::json(200, &body))
    }
}

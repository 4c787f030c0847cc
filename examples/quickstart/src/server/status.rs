//! `GET /` and `GET /status`

use serde_json::json;

use super::{Refused, Server};
use crate::{demo, http::Response};

impl Server {
    /// How the demonstration does, and what the program tells of itself.
    pub(super) async fn status(&self) -> Result<Response, Refused> {
        let traffic = self.clients.traffic.status(demo::TRAFFIC).await?;
        let mut body = self.program.about();
        body["traffic"] = json!({ "status": traffic.status, "steps": traffic.run_count });
        Ok(Response::json(200, &body))
    }
}

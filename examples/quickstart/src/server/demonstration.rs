//! `/demo/..`

use serde::Serialize;

use super::{Refused, Server};
use crate::{demo, http::Response};

/// What the demonstration does now.
#[derive(Serialize)]
struct State {
    demo: &'static str,
}

impl Server {
    /// `POST /demo/start`: users sign in, webhooks and orders come. A second time changes nothing.
    pub(super) async fn start_demo(&self) -> Result<Response, Refused> {
        demo::sign_in(&self.clients).await?;
        demo::play(&self.clients.traffic).await?;
        Ok(Response::json(200, &State { demo: "started" }))
    }

    /// `POST /demo/stop`: nothing comes any more, and nobody's tokens are refreshed. What has come is finished.
    pub(super) async fn stop_demo(&self) -> Result<Response, Refused> {
        self.clients.traffic.pause(demo::TRAFFIC).await?;
        demo::sign_out(&self.clients).await?;
        Ok(Response::json(200, &State { demo: "stopped" }))
    }
}

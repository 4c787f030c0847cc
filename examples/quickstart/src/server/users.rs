//! `/users/{id}`

use durable_jobs::Status;
use serde::{Deserialize, Serialize};

use super::{Refused, Server};
use crate::{
    TokenRefresher, demo,
    http::{Request, Response},
};

/// What a sign-in has brought.
#[derive(Deserialize)]
struct SignIn {
    refresh_token: String,
}

/// The answer to a sign-in.
#[derive(Serialize)]
struct SignedIn {
    created: bool,
}

impl Server {
    /// `POST`: starts a token refresher for the user, with the refresh token in the body or else with one of the
    /// demonstration's.
    pub(super) async fn sign_in(&self, user: &str, request: &Request) -> Result<Response, Refused> {
        let refresh_token = match request.body.as_str() {
            "" => demo::first_refresh_token(user),
            body => serde_json::from_str::<SignIn>(body)?.refresh_token,
        };
        let state = TokenRefresher::new(refresh_token);
        let started = self.clients.tokens.start(user, state).await?;
        let status = match started.created {
            true => 201,
            false => 200,
        };
        let body = SignedIn {
            created: started.created,
        };
        Ok(Response::json(status, &body))
    }

    /// `GET`: how the refresher does. The tokens themselves are nobody else's.
    pub(super) async fn show_user(&self, user: &str) -> Result<Response, Refused> {
        let status = self.clients.tokens.status(user).await?;
        match status.status {
            Status::NotFound => Err(Refused::not_found(user)),
            _ => Ok(Response::json(200, &status)),
        }
    }
}

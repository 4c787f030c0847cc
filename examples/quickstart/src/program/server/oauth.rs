//! The token endpoint: the refresh grant of RFC 6749, section 6, with rotation of refresh tokens.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Form, Json,
    extract::{State, rejection::FormRejection},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use crate::program::seal;

pub(crate) const CLIENT_ID: &str = "quickstart";
pub(crate) const CLIENT_SECRET: &str = "loopback-only";

/// `CLIENT_ID:CLIENT_SECRET` as HTTP Basic authentication carries it.
const CREDENTIALS: &str = "Basic cXVpY2tzdGFydDpsb29wYmFjay1vbmx5";

/// Every so many requests one is told to come back later.
const REQUESTS_PER_REFUSAL: u64 = 9;

/// How long an access token lives at least, in seconds.
const SHORTEST_LIFE: u64 = 8;

/// The user who withdraws the consent, and when.
const WITHDRAWN: (&str, u64) = ("user-12", 3);

/// Knows which refresh token each user got last.
///
/// Tokens carry a seal instead of being stored, so that they outlive this process. A real server signs them.
#[derive(Debug, Default)]
pub(crate) struct TokenServer {
    newest: Mutex<BTreeMap<String, u64>>,
    requests: AtomicU64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TokenRequest {
    grant_type: String,
    refresh_token: Option<String>,
}

/// The refresh token of a user's sign-in.
pub(crate) fn first_refresh_token(user: &str) -> String {
    refresh_token(user, 0)
}

fn refresh_token(user: &str, generation: u64) -> String {
    let signed = format!("{user}.{generation}");
    format!("{signed}.{:016x}", seal(&signed))
}

/// The user and the generation of a refresh token that this server has made.
fn opened(token: &str) -> Option<(&str, u64)> {
    let (user, generation) = token.rsplit_once('.')?.0.rsplit_once('.')?;
    let generation = generation.parse().ok()?;
    (refresh_token(user, generation) == token).then_some((user, generation))
}

/// `POST /oauth/token`
pub(crate) async fn token(
    State(server): State<Arc<TokenServer>>,
    headers: HeaderMap,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Response {
    if server.requests.fetch_add(1, Ordering::Relaxed) % REQUESTS_PER_REFUSAL == 5 {
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")]).into_response();
    }
    if headers
        .get(AUTHORIZATION)
        .is_none_or(|credentials| credentials != CREDENTIALS)
    {
        let challenge = [(WWW_AUTHENTICATE, "Basic realm=\"quickstart\"")];
        let (_, body) = refused("invalid_client", "wrong id or secret of the client");
        return (StatusCode::UNAUTHORIZED, challenge, body).into_response();
    }
    match form {
        Ok(Form(request)) => server.answer(&request),
        Err(rejection) => refused("invalid_request", &rejection.body_text()).into_response(),
    }
}

impl TokenServer {
    fn answer(&self, request: &TokenRequest) -> Response {
        let Some(token) = request.refresh_token.as_deref() else {
            return refused("invalid_request", "refresh_token is missing").into_response();
        };
        if request.grant_type != "refresh_token" {
            return refused("unsupported_grant_type", "only refresh_token").into_response();
        }
        match opened(token).and_then(|(user, generation)| self.rotate(user, generation)) {
            Some(granted) => granted,
            None => refused("invalid_grant", "the user has to sign in again").into_response(),
        }
    }

    /// Gives the next tokens for the newest refresh token, or for the one before it: its owner may have died
    /// before the newest one was written down. Older ones are void.
    fn rotate(&self, user: &str, generation: u64) -> Option<Response> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let known = newest.get(user).copied().unwrap_or(generation);
        if generation + 1 < known || generation > known || (user, generation) == WITHDRAWN {
            return None;
        }
        newest.insert(user.to_owned(), generation + 1);
        Some(granted(user, generation + 1))
    }
}

/// RFC 6749, section 5.1
fn granted(user: &str, generation: u64) -> Response {
    let next = refresh_token(user, generation);
    let body = json!({
        "access_token": format!("access.{:016x}", seal(&next)),
        "token_type": "Bearer",
        "expires_in": SHORTEST_LIFE + seal(user) % 8,
        "refresh_token": next,
    });
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// RFC 6749, section 5.2
fn refused(error: &str, description: &str) -> (StatusCode, Json<serde_json::Value>) {
    let body = json!({ "error": error, "error_description": description });
    (StatusCode::BAD_REQUEST, Json(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(server: &TokenServer, grant_type: &str, token: Option<String>) -> StatusCode {
        let request = TokenRequest {
            grant_type: grant_type.to_owned(),
            refresh_token: token,
        };
        server.answer(&request).status()
    }

    fn traded(server: &TokenServer, user: &str, generation: u64) -> StatusCode {
        status(
            server,
            "refresh_token",
            Some(refresh_token(user, generation)),
        )
    }

    #[test]
    fn a_refresh_token_is_void_once_the_one_after_it_was_used() {
        let server = TokenServer::default();
        for generation in 0..3 {
            assert_eq!(traded(&server, "ada", generation), StatusCode::OK);
        }
        assert_eq!(
            traded(&server, "ada", 2),
            StatusCode::OK,
            "its answer may have been lost"
        );
        assert_eq!(traded(&server, "ada", 1), StatusCode::BAD_REQUEST);
        assert_eq!(
            traded(&server, "ada", 4),
            StatusCode::BAD_REQUEST,
            "it was never issued"
        );
        assert_eq!(
            traded(&server, "ben", 0),
            StatusCode::OK,
            "users do not disturb one another"
        );
    }

    #[test]
    fn a_token_outlives_the_server() {
        assert_eq!(traded(&TokenServer::default(), "ada", 7), StatusCode::OK);
    }

    #[test]
    fn a_withdrawn_consent_and_a_forged_token_end_it() {
        let server = TokenServer::default();
        let (user, generation) = WITHDRAWN;
        assert_eq!(traded(&server, user, generation), StatusCode::BAD_REQUEST);
        let forged = Some("ada.0.0123456789abcdef".to_owned());
        assert_eq!(
            status(&server, "refresh_token", forged),
            StatusCode::BAD_REQUEST
        );
    }

    #[test]
    fn only_the_refresh_grant_is_served() {
        let server = TokenServer::default();
        let token = Some(refresh_token("ada", 0));
        assert_eq!(status(&server, "password", token), StatusCode::BAD_REQUEST);
        assert_eq!(
            status(&server, "refresh_token", None),
            StatusCode::BAD_REQUEST
        );
    }
}

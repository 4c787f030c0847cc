//! The token endpoint: the refresh grant of RFC 6749, section 6, with rotation of refresh tokens.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::Serialize;

use super::seal;
use crate::{
    http::{Request, Response, header},
    percent,
};

/// As whom the endpoint knows the jobs.
pub const CLIENT_ID: &str = "quickstart";
/// What proves it, to this endpoint alone.
pub const CLIENT_SECRET: &str = "demonstration-only";

/// Both as HTTP Basic authentication carries them.
const CREDENTIALS: &str = "Basic cXVpY2tzdGFydDpkZW1vbnN0cmF0aW9uLW9ubHk=";

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
pub struct TokenServer {
    newest: Mutex<BTreeMap<String, u64>>,
    requests: AtomicU64,
}

/// The refresh token of a user's sign-in.
pub fn first_refresh_token(user: &str) -> String {
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

impl TokenServer {
    /// `POST /oauth/token`
    pub(crate) fn answer(&self, request: &Request) -> Response {
        if self.requests.fetch_add(1, Ordering::Relaxed) % REQUESTS_PER_REFUSAL == 5 {
            return Response::new(503).with(header::RETRY_AFTER, "1");
        }
        if request.headers.get(header::AUTHORIZATION) != Some(CREDENTIALS) {
            let refused = refused(401, "invalid_client", "wrong id or secret of the client");
            return refused.with(header::WWW_AUTHENTICATE, "Basic realm=\"quickstart\"");
        }
        self.trade(&request.body)
    }

    fn trade(&self, form: &str) -> Response {
        let field = |name| percent::form_field(form, name);
        let Some(token) = field("refresh_token") else {
            return refused(400, "invalid_request", "refresh_token is missing");
        };
        if field("grant_type").as_deref() != Some("refresh_token") {
            return refused(400, "unsupported_grant_type", "only refresh_token");
        }
        opened(&token)
            .and_then(|(user, generation)| self.rotate(user, generation))
            .unwrap_or_else(|| refused(400, "invalid_grant", "the user has to sign in again"))
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
#[derive(Serialize)]
struct Granted {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: String,
}

/// RFC 6749, section 5.2
#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    error_description: &'a str,
}

fn granted(user: &str, generation: u64) -> Response {
    let next = refresh_token(user, generation);
    let body = Granted {
        access_token: format!("access.{:016x}", seal(&next)),
        token_type: "Bearer",
        expires_in: SHORTEST_LIFE + seal(user) % 8,
        refresh_token: next,
    };
    Response::json(200, &body).with(header::CACHE_CONTROL, "no-store")
}

fn refused(status: u16, error: &str, description: &str) -> Response {
    let body = Refusal {
        error,
        error_description: description,
    };
    Response::json(status, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn asked(server: &TokenServer, credentials: &str) -> Response {
        let request = Request::new(Method::Post, "/oauth/token");
        server.answer(&request.with(header::AUTHORIZATION, credentials))
    }

    fn status(server: &TokenServer, form: &[(&str, &str)]) -> u16 {
        server.trade(&percent::encode_form(form)).status
    }

    fn traded(server: &TokenServer, user: &str, generation: u64) -> u16 {
        let token = refresh_token(user, generation);
        let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
        status(server, &form)
    }

    #[test]
    fn a_refresh_token_is_void_once_the_one_after_it_was_used() {
        let server = TokenServer::default();
        for generation in 0..3 {
            assert_eq!(traded(&server, "ada", generation), 200);
        }
        assert_eq!(
            traded(&server, "ada", 2),
            200,
            "its answer may have been lost"
        );
        assert_eq!(traded(&server, "ada", 1), 400);
        assert_eq!(traded(&server, "ada", 4), 400, "it was never issued");
        assert_eq!(
            traded(&server, "ben", 0),
            200,
            "users do not disturb one another"
        );
    }

    #[test]
    fn a_token_outlives_the_server() {
        assert_eq!(traded(&TokenServer::default(), "ada", 7), 200);
    }

    #[test]
    fn a_withdrawn_consent_and_a_forged_token_end_it() {
        let server = TokenServer::default();
        let (user, generation) = WITHDRAWN;
        assert_eq!(traded(&server, user, generation), 400);
        let forged = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "ada.0.0123456789abcdef"),
        ];
        assert_eq!(status(&server, &forged), 400);
    }

    #[test]
    fn only_the_refresh_grant_is_served() {
        let server = TokenServer::default();
        let token = refresh_token("ada", 0);
        let password = [("grant_type", "password"), ("refresh_token", &*token)];
        assert_eq!(status(&server, &password), 400);
        assert_eq!(status(&server, &[("grant_type", "refresh_token")]), 400);
    }

    #[test]
    fn clients_have_to_prove_who_they_are() {
        let refused = asked(&TokenServer::default(), "Basic Zm9yZ2Vk");
        assert_eq!(refused.status, 401);
        assert!(refused.headers.get(header::WWW_AUTHENTICATE).is_some());
        assert!(refused.body.contains("invalid_client"));
    }

    #[test]
    fn one_request_in_nine_is_told_to_come_back() {
        let server = TokenServer::default();
        let refused: Vec<_> = (0..18)
            .map(|_| asked(&server, CREDENTIALS))
            .filter(|answer| answer.status == 503)
            .collect();
        assert_eq!(refused.len(), 2);
        assert_eq!(refused[0].headers.get(header::RETRY_AFTER), Some("1"));
    }
}

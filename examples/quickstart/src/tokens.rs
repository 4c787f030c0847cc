//! Keeps OAuth access tokens fresh by the refresh grant of RFC 6749, section 6.

use durable_jobs::prelude::*;

use crate::services::{HttpAnswer, Services};

/// How long before the access token expires it is replaced.
const EARLY: Duration = Duration::from_secs(3);

/// Never refresh faster than this, however short a token lives.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// Keeps one user's access token fresh.
///
/// `every` only matters when the server does not say how long a token lives, or after all attempts failed.
#[continuous(
    every = "30s",
    retry(max_attempts = 8, base = "500ms", max = "5s", jitter),
    timeout = "10s"
)]
#[derive(Debug, Serialize, Deserialize)]
pub struct TokenRefresher {
    /// What calls of the user's data are made with; empty before the first refresh.
    pub access_token: String,
    /// What the next access token is got with. The server may replace it whenever it is used.
    pub refresh_token: String,
}

impl TokenRefresher {
    /// A refresher that begins with the refresh token of the user's sign-in.
    pub fn new(refresh_token: impl Into<String>) -> Self {
        Self {
            access_token: String::new(),
            refresh_token: refresh_token.into(),
        }
    }
}

impl Continuous for TokenRefresher {
    type Env = Services;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &self.refresh_token),
        ];
        let answer = ctx.env().token_endpoint.post(&form).await?;
        let grant = match read(&answer)? {
            Answer::Granted(grant) => grant,
            Answer::Revoked { reason } => return Ok(Next::stop(reason)),
        };
        self.access_token = grant.access_token;
        if let Some(refresh_token) = grant.refresh_token {
            self.refresh_token = refresh_token;
        }
        let Some(seconds) = grant.expires_in else {
            return Ok(Next::Scheduled);
        };
        let wait = Duration::from_secs(seconds)
            .saturating_sub(EARLY)
            .max(SHORTEST_WAIT);
        ctx.emit(
            "refreshed",
            format!("for {seconds} s, again in {} s", wait.as_secs()),
        );
        Ok(Next::after(wait))
    }
}

/// A successful answer (RFC 6749, section 5.1).
#[derive(Deserialize)]
struct Grant {
    access_token: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
}

/// An error of the token endpoint (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

enum Answer {
    Granted(Grant),
    /// The user has to sign in again; trying again cannot help.
    Revoked {
        reason: String,
    },
}

/// Sorts answers: what was granted, what ends the job, what to try again, what only a person can mend.
fn read(answer: &HttpAnswer) -> JobResult<Answer> {
    match answer.status {
        200 => Ok(Answer::Granted(serde_json::from_str(&answer.body)?)),
        429 | 500.. => Err(unavailable(answer)),
        status => {
            let Refusal {
                error,
                error_description,
            } = serde_json::from_str(&answer.body)
                .map_err(|_| format!("the token endpoint answered {status}"))
                .terminal()?;
            let details = error_description.map_or_else(String::new, |text| format!(": {text}"));
            let reason = format!("{error}{details}");
            match error.as_str() {
                "invalid_grant" => Ok(Answer::Revoked { reason }),
                _ => Err(JobError::terminal(reason)),
            }
        }
    }
}

/// The server's own wish when to come back goes before the job's retry policy.
fn unavailable(answer: &HttpAnswer) -> JobError {
    let error = JobError::from(format!("the token endpoint answered {}", answer.status));
    match answer.retry_after {
        Some(delay) => error.with_retry_after(delay),
        None => error,
    }
}

//! Why a request is refused.

use durable_jobs::ClientError;
use serde::Serialize;

use crate::http::Response;

/// A status code, and the reason as JSON with one field `error`.
pub(super) struct Refused(u16, String);

impl Refused {
    pub(super) fn not_found(what: &str) -> Self {
        Self(404, format!("{what} does not exist"))
    }

    pub(super) fn method() -> Self {
        Self(405, "this method is not served here".to_owned())
    }
}

#[derive(Serialize)]
struct Reason {
    error: String,
}

impl From<Refused> for Response {
    fn from(Refused(status, error): Refused) -> Self {
        Self::json(status, &Reason { error })
    }
}

/// Whoever sends a body that is not what it should be is told where.
impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        Self(400, error.to_string())
    }
}

/// Who is to blame decides about the status: 4xx the sender, 503 nobody, and the same request may be repeated.
impl From<ClientError> for Refused {
    fn from(error: ClientError) -> Self {
        let status = match &error {
            ClientError::InvalidId { .. } | ClientError::Validation { .. } => 400,
            ClientError::Rejected { .. } => 409,
            ClientError::Overflow { .. } => 429,
            ClientError::JobNotFound { .. } => 500,
            _ => 503,
        };
        Self(status, error.to_string())
    }
}

//! Requests and answers as text, for hosts whose clients are elsewhere.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Answer, Json, MessageId, Request, RequestId, fault::Fault};
use crate::{
    ClientError, InstanceId,
    identity::readable_name,
    json::{Fields, FromFields, Object, json_fields, key, write_object},
};

/// The version of what is sent. Both sides are the same program, but may be two deployments of it.
const VERSION: u32 = 1;

struct Arrived<'a> {
    job: Cow<'a, str>,
    id: Cow<'a, str>,
    request: Option<RequestId>,
    message: Option<MessageId>,
    call: &'a RawValue,
}
json_fields!(Arrived<'a> {
    job,
    id,
    request: default,
    message: default,
    call,
});

struct Returned<'a> {
    ok: Option<Json>,
    error: Option<Fault<'a>>,
}
json_fields!(Returned<'a> {
    ok: default,
    error: default,
});

/// A call as it has arrived where its instance is.
#[derive(Debug)]
#[non_exhaustive]
pub struct Received<'a> {
    /// The stored name of the job.
    pub job: Cow<'a, str>,
    /// The instance.
    pub id: InstanceId,
    /// Names the call among all others.
    pub request: Option<RequestId>,
    /// Names the message that the call is, if an instance has sent it.
    pub message: Option<MessageId>,
    /// What the instance shall do: the text of a [`Call`](super::Call), which its job reads.
    pub call: &'a str,
}

impl Request {
    /// The request as text, without its timeout, which is its caller's own.
    pub fn encode(&self) -> String {
        message(|object| {
            object.put(key!("job"), &self.job);
            object.put(key!("id"), &self.id.as_str());
            object.put_unless_default(key!("request"), &self.request);
            object.put_unless_default(key!("message"), &self.message);
            object.put(key!("call"), &self.call);
        })
    }

    /// The readable name of the instance, such as `continuous:TokenRefresher:user-123`: that of its object.
    pub fn object_name(&self) -> String {
        readable_name(self.call.kind(), self.job, &self.id)
    }

    /// Reads what [`encode_answer`] has made of the answer to this request: an answer as text.
    pub fn decode_answer(&self, text: &str) -> Result<Answer, ClientError> {
        let (job, id) = (self.job, self.id.as_str());
        let returned = decode::<Returned<'_>>(text);
        match returned.map_err(|reason| unreadable(job, id, reason))? {
            Returned {
                error: Some(fault), ..
            } => Err(fault.into_error(job, id)),
            Returned {
                ok: Some(answer), ..
            } => Ok(Answer::from_wire(answer)),
            _ => Err(unreadable(job, id, "the answer is empty")),
        }
    }
}

impl<'a> Received<'a> {
    /// Reads what [`Request::encode`] has made.
    pub fn decode(text: &'a str) -> Result<Self, ClientError> {
        let Arrived {
            job,
            id,
            request,
            message,
            call,
        } = decode(text).map_err(|reason| unreadable("", "", reason))?;
        match InstanceId::new(&id) {
            Ok(id) => Ok(Self {
                job,
                id,
                request,
                message,
                call: call.get(),
            }),
            Err(reason) => Err(ClientError::InvalidId {
                job: job.into_owned(),
                reason,
            }),
        }
    }
}

/// An answer as text.
pub fn encode_answer(result: &Result<Answer, ClientError>) -> String {
    message(|object| match result {
        Ok(answer) => object.put(key!("ok"), answer),
        Err(error) => object.put(key!("error"), &Fault::of(error)),
    })
}

/// A text of this version.
fn message(write: impl FnOnce(&mut Object<'_>)) -> String {
    write_object(|object| {
        object.put(key!("v"), &VERSION);
        write(object);
    })
}

/// Reads what is of this version. All that a text of another one is sure to have is the number of its version.
fn decode<'de, T: FromFields<'de>>(text: &'de str) -> Result<T, String> {
    let readable = |error: serde_json::Error| error.to_string();
    let fields = Fields::of(text).map_err(readable)?;
    match fields.required("v").map_err(readable)? {
        VERSION => T::from_fields(&fields).map_err(readable),
        version => Err(other_version(version)),
    }
}

fn other_version(version: u32) -> String {
    format!(
        "it is of version {version} of the wire and this program speaks {VERSION}: wait until the deployment is complete, then call again"
    )
}

pub(crate) fn unreadable(job: &str, id: &str, reason: impl ToString) -> ClientError {
    ClientError::Transport {
        job: job.to_owned(),
        id: id.to_owned(),
        reason: format!("the message cannot be read: {}", reason.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        task::TaskCall,
        wire::{AnswerType, Call, StateSnapshot, Status, Terminated},
    };

    fn request() -> Request {
        Request {
            job: "Order",
            class: "Order",
            id: InstanceId::new("o-1:\u{1f980}\"").expect("a valid id"),
            call: Call::of(TaskCall::Terminate {
                reason: "done".into(),
            }),
            timeout: None,
            request: Some(RequestId::new(u64::MAX)),
            message: None,
        }
    }

    #[test]
    fn a_request_arrives_as_it_was_sent() {
        let text = request().encode();
        let received = Received::decode(&text).expect("decodes");
        assert_eq!(received.job, "Order");
        assert_eq!(received.id, request().id);
        assert_eq!(received.request, Some(RequestId::new(u64::MAX)));
        assert_eq!(received.call, r#"{"task":{"terminate":{"reason":"done"}}}"#);
    }

    fn travelled<T: AnswerType>(result: Result<Answer, ClientError>) -> Result<T, ClientError> {
        let answer = request().decode_answer(&encode_answer(&result))?;
        Ok(answer.take().expect("an answer of this type"))
    }

    #[test]
    fn answers_and_errors_return_as_they_were_given() {
        let terminated = Terminated {
            terminated: true,
            reason: "done".into(),
        };
        let answer = Ok(Answer::of(terminated.clone()));
        assert_eq!(travelled(answer), Ok(terminated));
        assert_eq!(
            travelled(Ok(Answer::of(None::<StateSnapshot>))),
            Ok(None::<StateSnapshot>)
        );
        let answer = Ok(Answer::of(Status::Waiting));
        assert_eq!(travelled(answer), Ok(Status::Waiting));
        let job = "Order".to_owned();
        let error = ClientError::JobNotFound { job };
        assert_eq!(travelled::<Status>(Err(error.clone())), Err(error));
    }

    #[test]
    fn an_answer_that_has_travelled_is_still_of_its_type() {
        let answer = Ok(Answer::of(Status::Waiting));
        let answer = request()
            .decode_answer(&encode_answer(&answer))
            .expect("an answer");
        assert_eq!(travelled(Ok(answer.clone())), Ok(Status::Waiting));
        assert_eq!(answer.take::<Terminated>(), None);
    }

    #[test]
    fn another_version_is_named_whatever_else_the_text_has() {
        for text in [
            r#"{"v":2}"#,
            r#"{"v":2,"job":"Order","id":"a","call":{"dance":1}}"#,
        ] {
            let error = Received::decode(text).expect_err("another version");
            assert!(error.to_string().contains("version 2"), "{error}");
            let error = request().decode_answer(text).expect_err("another version");
            assert!(error.to_string().contains("version 2"), "{error}");
        }
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"v":1}"#,
            r#"{"v":1,"job":"a","id":"","call":{"task":"status"}}"#,
        ] {
            assert!(Received::decode(text).is_err(), "{text}");
            assert!(request().decode_answer(text).is_err(), "{text}");
        }
    }
}

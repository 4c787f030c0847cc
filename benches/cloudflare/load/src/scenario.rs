//! What is asked of both Workers.

use crate::http::Request;

/// How many objects there are where there are many.
const MANY: usize = 1000;

/// A call of the clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Add,
    Send,
    Status,
}

/// Calls that go to one object, or to many in turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) call: Call,
    pub(crate) objects: usize,
}

/// Calls that are made at the same time.
pub(crate) const CALLERS: [usize; 2] = [1, 32];

/// Everything that is measured.
pub(crate) fn all() -> impl Iterator<Item = Scenario> {
    let calls = [Call::Add, Call::Send, Call::Status];
    calls.into_iter().flat_map(|call| {
        [1, MANY]
            .into_iter()
            .map(move |objects| Scenario { call, objects })
    })
}

impl Scenario {
    /// The name of the figure, such as `add_32_callers_1_object`.
    pub(crate) fn name(self, callers: usize) -> String {
        let call = match self.call {
            Call::Add => "add",
            Call::Send => "send",
            Call::Status => "status",
        };
        let many = |count| if count == 1 { "" } else { "s" };
        let Self { objects, .. } = self;
        format!(
            "{call}_{callers}_caller{}_{objects}_object{}",
            many(callers),
            many(objects)
        )
    }

    /// What makes an object exist.
    pub(crate) fn prepare(self, number: usize) -> Request {
        match self.call {
            Call::Add | Call::Status => add(number % self.objects),
            Call::Send => send(number % self.objects),
        }
    }

    /// The request of that number.
    pub(crate) fn request(self, number: usize) -> Request {
        let object = number % self.objects;
        match self.call {
            Call::Add => add(object),
            Call::Send => send(object),
            Call::Status => Request::get(format!("/debounce/latest/{object}/status")),
        }
    }
}

/// An event for the batch of an object.
pub(crate) fn add(object: usize) -> Request {
    Request::post(format!("/debounce/latest/{object}/add"), r#"{"v":17}"#)
}

fn send(object: usize) -> Request {
    Request::post(format!("/task/counter/{object}/send"), r#"{"v":1}"#)
}

#[cfg(test)]
mod tests {
    use super::{Call, Scenario, all};

    #[test]
    fn a_name_tells_call_callers_and_objects() {
        let names: Vec<String> = all().map(|scenario| scenario.name(1)).collect();
        assert_eq!(names.len(), 6);
        assert_eq!(names[0], "add_1_caller_1_object");
        assert_eq!(names[3], "send_1_caller_1000_objects");
    }

    #[test]
    fn requests_go_round_the_objects() {
        let scenario = Scenario {
            call: Call::Status,
            objects: 3,
        };
        assert_eq!(scenario.request(4).path, "/debounce/latest/1/status");
    }
}

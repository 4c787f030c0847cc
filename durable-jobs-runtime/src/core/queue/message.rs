//! A message, and how it is stored: once when it is enqueued, again only when an attempt has failed.

use std::{cmp::Reverse, sync::Arc, time::Duration};

use crate::{
    Timestamp,
    core::Run,
    json::{self, json_fields},
    queue::{Death, ShownMessage},
    storage::{Collection, ItemRow, Write},
    wire::Json,
};

/// Its place in a lane: what matters more goes first, then what could be processed earlier.
pub(super) type Place = (Reverse<i32>, Timestamp, u64);

/// A message that has not been processed yet.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) number: u64,
    pub(crate) header: Header,
    /// Its attempts.
    pub(crate) run: Run,
    pub(crate) json: Arc<str>,
    pub(crate) lane: u32,
}

/// What is stored with a message's JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) enqueued_at: Timestamp,
    /// The version of the job that has sent it.
    pub(crate) version: u32,
    /// When it may be processed, for one that was enqueued with a delay.
    pub(super) delayed_until: Option<Timestamp>,
    /// When it may be processed, for one that was enqueued with that time.
    pub(super) at: Option<Timestamp>,
    pub(crate) event_id: Option<Arc<str>>,
    pub(crate) priority: i32,
    /// What decides about its lane.
    pub(super) key: u64,
    /// Its attempts, once one has failed.
    pub(super) run: Option<Run>,
    /// When its next attempt is due.
    pub(super) retry_at: Option<Timestamp>,
}
json_fields!(Header {
    enqueued_at,
    version = FIRST_VERSION,
    delayed_until: default,
    at: default,
    event_id: default,
    priority: default,
    key,
    run: default,
    retry_at: default,
});

/// Which version of the job has sent a message that says nothing of it.
const FIRST_VERSION: u32 = 1;

/// A message that was given up.
#[derive(Clone, Debug)]
pub(super) struct Dead {
    pub(super) message: Message,
    pub(super) death: Death,
}

impl Message {
    pub(super) fn new(number: u64, mut header: Header, json: Arc<str>, lane: u32) -> Self {
        let run = header.run.take();
        let run = run.unwrap_or_else(|| Run::new(number, header.ready_at(), 0));
        Self {
            number,
            header,
            run,
            json,
            lane,
        }
    }

    pub(super) fn place(&self) -> Place {
        let Header { priority, .. } = self.header;
        (Reverse(priority), self.header.ready_at(), self.number)
    }

    /// When it may be processed, or tried again; at once unless set.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        let Header {
            delayed_until,
            at,
            retry_at,
            ..
        } = self.header;
        retry_at.or(delayed_until).or(at)
    }

    /// Names it within its life: by its id, so that one that is sent again after all is known by its receivers.
    pub(crate) fn name(&self) -> String {
        match &self.header.event_id {
            Some(event_id) => format!("message-{event_id}"),
            None => format!("message-#{}", self.number),
        }
    }

    fn text(&self) -> String {
        let mut header = self.header.clone();
        header.run = (self.run.attempt > 0).then(|| self.run.clone());
        let header = json::write(&header);
        format!("{header},{}", self.json)
    }

    pub(super) fn put(&self) -> Write {
        put(
            Collection::Message,
            self.number,
            format!("[{}]", self.text()),
        )
    }

    pub(super) fn delete(&self) -> Write {
        delete(Collection::Message, self.number)
    }

    pub(super) fn read(item: &ItemRow) -> serde_json::Result<(Header, Arc<str>)> {
        let (header, json): (Header, Json) = json::read(&item.value)?;
        Ok((header, json.0))
    }

    pub(super) fn show(&self) -> ShownMessage {
        ShownMessage {
            message: Json(Arc::clone(&self.json)),
            version: self.header.version,
            number: self.number,
            event_id: self.header.event_id.clone(),
            priority: self.header.priority,
            enqueued_at: self.header.enqueued_at,
            due_at: self.due_at(),
            attempts: self.run.attempt,
            death: None,
        }
    }
}

impl Header {
    /// Mends times that were set by a clock that ran `ahead`: another attempt is due, a delay is as long as it was to be.
    pub(super) fn trust_less(&mut self, ahead: Duration, now: Timestamp) {
        self.retry_at = self.retry_at.map(|_| now);
        if self.enqueued_at > now {
            self.delayed_until = self.delayed_until.map(|until| until - ahead);
        }
    }

    /// When it could be processed first: a message that was delayed counts as enqueued then.
    fn ready_at(&self) -> Timestamp {
        let due = self.delayed_until.or(self.at);
        due.unwrap_or(self.enqueued_at)
    }
}

impl Dead {
    pub(super) fn put(&self) -> Write {
        let death = json::write(&self.death);
        let Message { number, .. } = self.message;
        let text = format!("[{},{death}]", self.message.text());
        put(Collection::DeadLetter, number, text)
    }

    pub(super) fn delete(&self) -> Write {
        delete(Collection::DeadLetter, self.message.number)
    }

    pub(super) fn read(item: &ItemRow) -> Option<(Header, Arc<str>, Death)> {
        let (header, json, death): (Header, Json, Death) = json::read(&item.value).ok()?;
        Some((header, json.0, death))
    }

    pub(super) fn show(&self) -> ShownMessage {
        ShownMessage {
            death: Some(self.death.clone()),
            ..self.message.show()
        }
    }
}

fn put(collection: Collection, number: u64, value: String) -> Write {
    Write::PutItem(ItemRow {
        collection,
        number,
        value: value.into(),
    })
}

fn delete(collection: Collection, number: u64) -> Write {
    Write::DeleteItem { collection, number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Token;

    impl Message {
        /// One that waits in a lane.
        pub(in super::super) fn sample(number: u64, lane: u32) -> Self {
            let header = Header {
                enqueued_at: Timestamp::from_millis(5),
                version: 1,
                delayed_until: None,
                at: None,
                event_id: None,
                priority: 0,
                key: 7,
                run: None,
                retry_at: None,
            };
            Self::new(number, header, "{}".into(), lane)
        }

        fn stored(&self) -> (String, Header) {
            let Write::PutItem(row) = self.put() else {
                panic!("a message is a row");
            };
            let (header, _) = Self::read(&row).expect("what was written");
            (row.value.as_ref().to_owned(), header)
        }
    }

    #[test]
    fn a_message_is_stored_in_few_bytes_and_comes_back() {
        let mut message = Message::sample(1, 0);
        let (text, header) = message.stored();
        assert_eq!(text, r#"[{"enqueued_at":5,"key":7},{}]"#);
        assert_eq!(header, message.header);
        (message.header.version, message.header.priority) = (2, -3);
        message
            .run
            .begin_attempt(Token(1), Timestamp::from_millis(6));
        let (_, header) = message.stored();
        assert_eq!((header.version, header.priority), (2, -3));
        assert_eq!(header.run, Some(message.run));
    }

    #[test]
    fn times_of_a_clock_that_ran_ahead_are_mended() {
        let time = Timestamp::from_millis;
        let mended = |enqueued_at, delayed_until, retry_at| {
            let mut header = Message::sample(1, 0).header;
            header.enqueued_at = time(enqueued_at);
            header.delayed_until = Some(time(delayed_until));
            header.retry_at = retry_at;
            header.trust_less(Duration::from_millis(1000), time(100));
            (header.delayed_until, header.retry_at)
        };
        assert_eq!(mended(1100, 1500, None), (Some(time(500)), None));
        let by_another_clock = (Some(time(1500)), Some(time(100)));
        assert_eq!(mended(100, 1500, Some(time(9))), by_another_clock);
        assert_eq!(mended(99, 1500, Some(time(9))), by_another_clock);
    }

    #[test]
    fn a_message_that_was_delayed_counts_as_enqueued_when_it_is_due() {
        let time = Timestamp::from_millis;
        let message = |delayed_until, at| {
            let mut header = Message::sample(1, 0).header;
            (header.delayed_until, header.at) = (delayed_until, at);
            Message::new(1, header, "{}".into(), 0)
        };
        for (message, ready_at) in [
            (message(None, None), time(5)),
            (message(Some(time(8)), None), time(8)),
            (message(None, Some(time(9))), time(9)),
        ] {
            assert_eq!(message.place(), (Reverse(0), ready_at, 1));
            assert_eq!(message.run.scheduled_for, ready_at);
        }
    }

    #[test]
    fn each_message_has_a_name_of_its_own() {
        let [mut one, two] = [1, 2].map(|number| Message::sample(number, 0));
        assert_eq!(
            (one.name(), two.name()),
            ("message-#1".into(), "message-#2".into())
        );
        one.header.event_id = Some("x".into());
        assert_eq!(one.name(), "message-x");
    }
}

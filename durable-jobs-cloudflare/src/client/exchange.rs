//! Messages to objects that are on their way.
//!
//! A promise that is awaited in the usual way costs two JavaScript functions made for it. Here all share one, made
//! once, and each has a place by number.

use std::{
    cell::RefCell,
    future::poll_fn,
    task::{Poll, Waker},
};

use wasm_bindgen::prelude::*;

use crate::platform::{self, Namespace};

thread_local! {
    static EXCHANGES: RefCell<Exchanges> = const { RefCell::new(Exchanges { last: 0, waiting: Vec::new() }) };
    static SETTLED: Closure<dyn Fn(usize, JsValue, JsValue)> = Closure::new(settled);
}

/// The messages that somebody waits for. The answer to one that was given up may come, or never: the request in which
/// it was sent has ended.
struct Exchanges {
    /// The number that was given last: none is given twice, so that a late answer finds nobody else.
    last: usize,
    waiting: Vec<(usize, Place)>,
}

/// Where one message is.
enum Place {
    OnItsWay(Option<Waker>),
    Back(Result<String, JsValue>),
}

impl Exchanges {
    fn place(&mut self, number: usize) -> Option<&mut Place> {
        let mut waiting = self.waiting.iter_mut();
        let (_, place) = waiting.find(|(waiting, _)| *waiting == number)?;
        Some(place)
    }
}

/// Sends a text to an object and waits for its answer's text.
pub(crate) async fn exchange(
    namespace: &Namespace,
    object: &str,
    body: &str,
) -> Result<String, JsValue> {
    let place = OwnPlace::take();
    SETTLED.with(|settled| platform::send(namespace, object, body, place.0, settled));
    poll_fn(|cx| place.poll(cx.waker())).await
}

/// What JavaScript calls once an answer is there, or an error.
fn settled(number: usize, answer: JsValue, error: JsValue) {
    let result = answer.as_string().ok_or(error);
    let waker = EXCHANGES.with_borrow_mut(|exchanges| {
        let place = exchanges.place(number)?;
        match std::mem::replace(place, Place::Back(result)) {
            Place::OnItsWay(waker) => waker,
            Place::Back(_) => None,
        }
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// How many messages are on their way, there or back, and waited for.
#[cfg(feature = "testing")]
pub(crate) fn on_their_way() -> usize {
    EXCHANGES.with_borrow(|exchanges| exchanges.waiting.len())
}

/// The place of one message, until its answer is taken or given up.
struct OwnPlace(usize);

impl OwnPlace {
    fn take() -> Self {
        EXCHANGES.with_borrow_mut(|exchanges| {
            exchanges.last = exchanges.last.wrapping_add(1);
            let place = Place::OnItsWay(None);
            exchanges.waiting.push((exchanges.last, place));
            Self(exchanges.last)
        })
    }

    fn poll(&self, waker: &Waker) -> Poll<Result<String, JsValue>> {
        EXCHANGES.with_borrow_mut(|exchanges| {
            let Some(place) = exchanges.place(self.0) else {
                return Poll::Pending;
            };
            match std::mem::replace(place, Place::OnItsWay(Some(waker.clone()))) {
                Place::Back(result) => Poll::Ready(result),
                Place::OnItsWay(_) => Poll::Pending,
            }
        })
    }
}

impl Drop for OwnPlace {
    fn drop(&mut self) {
        EXCHANGES.with_borrow_mut(|exchanges| {
            let mut waiting = exchanges.waiting.iter();
            let place = waiting.position(|(number, _)| *number == self.0);
            // Handed out, to be dropped after the borrow: a waker may drop what has places of its own.
            place.map(|place| exchanges.waiting.swap_remove(place))
        });
    }
}

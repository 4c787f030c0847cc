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
    static PLACES: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
    static SETTLED: Closure<dyn Fn(usize, JsValue, JsValue)> = Closure::new(settled);
}

/// Where one message is.
enum Place {
    Free,
    OnItsWay(Option<Waker>),
    Back(Result<String, JsValue>),
    /// Nobody waits for it any more.
    GivenUp,
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
    let waker = PLACES.with_borrow_mut(|places| {
        let place = places.get_mut(number)?;
        match std::mem::replace(place, Place::Back(result)) {
            Place::OnItsWay(waker) => waker,
            Place::GivenUp | Place::Free | Place::Back(_) => {
                *place = Place::Free;
                None
            }
        }
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// How many messages are on their way, there or back, and waited for. The answer to one that was given up may never
/// come: the request in which it was sent has ended.
#[cfg(feature = "testing")]
pub(crate) fn on_their_way() -> usize {
    let is_out = |place: &&Place| matches!(place, Place::OnItsWay(_));
    PLACES.with_borrow(|places| places.iter().filter(is_out).count())
}

/// The place of one message, until its answer is taken or given up.
struct OwnPlace(usize);

impl OwnPlace {
    fn take() -> Self {
        PLACES.with_borrow_mut(|places| {
            let free = places.iter().position(|place| matches!(place, Place::Free));
            let number = free.unwrap_or_else(|| {
                places.push(Place::Free);
                places.len() - 1
            });
            if let Some(place) = places.get_mut(number) {
                *place = Place::OnItsWay(None);
            }
            Self(number)
        })
    }

    fn poll(&self, waker: &Waker) -> Poll<Result<String, JsValue>> {
        PLACES.with_borrow_mut(|places| {
            let Some(place) = places.get_mut(self.0) else {
                return Poll::Pending;
            };
            match std::mem::replace(place, Place::OnItsWay(Some(waker.clone()))) {
                Place::Back(result) => {
                    *place = Place::Back(Err(JsValue::UNDEFINED));
                    Poll::Ready(result)
                }
                _ => Poll::Pending,
            }
        })
    }
}

impl Drop for OwnPlace {
    fn drop(&mut self) {
        PLACES.with_borrow_mut(|places| {
            if let Some(place) = places.get_mut(self.0) {
                *place = match place {
                    Place::OnItsWay(_) => Place::GivenUp,
                    _ => Place::Free,
                };
            }
        });
    }
}

//! Promises that end even when the wasm instance does.
//!
//! A panic in a Worker is a trap: it stops every future of its wasm instance, and the promises that they were to
//! settle would stay open for good. So every promise that leaves is known here until it is settled, and a hook
//! rejects them all before the trap.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    panic::{AssertUnwindSafe, PanicHookInfo, set_hook, take_hook},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::platform;

thread_local! {
    static OPEN: RefCell<Vec<(u64, Function)>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u64> = const { Cell::new(0) };
    static HOOKED: Cell<bool> = const { Cell::new(false) };
    static RUNNING: RefCell<Option<Rc<str>>> = const { RefCell::new(None) };
}

/// Makes a panic reject every open promise of this wasm instance, once for each instance.
pub(crate) fn watch() {
    if HOOKED.replace(true) {
        return;
    }
    let previous = take_hook();
    set_hook(Box::new(move |info| {
        previous(info);
        let message = format!("panicked: {}", text(info));
        if let Some(object) = RUNNING.with(|running| running.try_borrow().ok()?.clone()) {
            platform::remember_panic(&object, &message);
        }
        let open = OPEN.with(|open| {
            open.try_borrow_mut()
                .map(|mut open| std::mem::take(&mut *open))
        });
        for (_, rejection) in &open.unwrap_or_default() {
            platform::reject(rejection, &message);
        }
    }));
}

fn text<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// What a future gives at once, or a promise for it, which a panic rejects.
///
/// A step that waits for nothing is by far the most frequent one, and a promise of ours costs more than the step.
pub(crate) fn now_or_promise(
    future: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> JsValue {
    let mut future: Pin<Box<Settling>> = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(value)) => value,
        Poll::Ready(Err(error)) => Promise::reject(&error).into(),
        Poll::Pending => guarded(future).into(),
    }
}

type Settling = dyn Future<Output = Result<JsValue, JsValue>>;

fn guarded(future: Pin<Box<Settling>>) -> Promise {
    let future = AssertUnwindSafe(Cell::new(Some(future)));
    Promise::new(&mut |resolve, reject| {
        let Some(future) = future.take() else {
            return;
        };
        let number = LAST.get() + 1;
        LAST.set(number);
        OPEN.with_borrow_mut(|open| open.push((number, reject.clone())));
        spawn_local(async move {
            let result = future.await;
            OPEN.with_borrow_mut(|open| open.retain(|(open, _)| *open != number));
            // A promise cannot fail to be settled.
            let _ = match result {
                Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
                Err(error) => reject.call1(&JsValue::UNDEFINED, &error),
            };
        });
    })
}

/// Runs a future so that a panic in it is known as that of `object`.
pub(crate) fn of_object<T>(
    object: Rc<str>,
    future: impl Future<Output = T>,
) -> impl Future<Output = T> {
    let mut future = Box::pin(future);
    poll_fn(move |cx| {
        let before = RUNNING.replace(Some(Rc::clone(&object)));
        let polled = future.as_mut().poll(cx);
        RUNNING.set(before);
        polled
    })
}

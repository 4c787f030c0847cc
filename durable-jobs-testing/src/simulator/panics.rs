//! Panics of stories: they are told once, at the end, and not as they happen.

use std::{
    any::Any,
    cell::RefCell,
    panic::{self, AssertUnwindSafe, PanicHookInfo, catch_unwind},
    sync::Once,
};

thread_local! {
    /// The last panic on this thread, while a story runs on it.
    static LAST: RefCell<Listening> = const { RefCell::new(Listening::No) };
}

enum Listening {
    No,
    Yes(Option<Panic>),
}

/// Where and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Panic {
    pub(super) message: String,
    /// File, line and column.
    pub(super) place: String,
}

static HOOK: Once = Once::new();

/// Calls a function, and tells the panic that ends it.
pub(super) fn caught<T>(function: impl FnOnce() -> T) -> Result<T, Panic> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !heard(info) {
                before(info);
            }
        }));
    });
    LAST.set(Listening::Yes(None));
    let output = catch_unwind(AssertUnwindSafe(function));
    let last = LAST.replace(Listening::No);
    output.map_err(|payload| match last {
        Listening::Yes(Some(panic)) => panic,
        _ => Panic {
            message: message(&*payload),
            place: "somewhere".to_owned(),
        },
    })
}

/// Whether the panic is that of a story.
fn heard(info: &PanicHookInfo<'_>) -> bool {
    LAST.with_borrow_mut(|last| {
        let Listening::Yes(last) = last else {
            return false;
        };
        let place = info.location().map(ToString::to_string);
        *last = Some(Panic {
            message: message(info.payload()),
            place: place.unwrap_or_default(),
        });
        true
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

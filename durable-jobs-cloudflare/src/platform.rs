//! What Workers offer, as far as a host needs it.

use js_sys::{Array, Function, JsString, Promise};
use wasm_bindgen::{JsThreadLocal, prelude::*};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The first argument of an object's constructor.
    #[derive(Clone, Debug)]
    pub(crate) type ObjectState;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn storage(this: &ObjectState) -> Storage;

    /// The storage of one object.
    #[derive(Clone, Debug)]
    pub(crate) type Storage;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn sql(this: &Storage) -> Sql;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    pub(crate) fn transaction(
        this: &Storage,
        writes: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    pub(crate) fn set_alarm(this: &Storage, at_ms: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getAlarm)]
    pub(crate) fn get_alarm(this: &Storage) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = deleteAll)]
    pub(crate) fn delete_all(this: &Storage) -> Result<Promise, JsValue>;

    /// The database of one object.
    #[derive(Clone, Debug)]
    pub(crate) type Sql;

    /// What `alarm()` is told about its call. Some test tools tell nothing.
    #[derive(Clone, Debug)]
    pub(crate) type AlarmInfo;

    #[wasm_bindgen(method, getter, js_name = scheduledTime)]
    pub(crate) fn scheduled_time(this: &AlarmInfo) -> Option<f64>;

    /// An error as the platform throws it.
    pub(crate) type PlatformError;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn retryable(this: &PlatformError) -> Option<bool>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn overloaded(this: &PlatformError) -> Option<bool>;

    #[wasm_bindgen(js_name = Error)]
    pub(crate) type JsError;

    #[wasm_bindgen(constructor, js_class = "Error")]
    pub(crate) fn new(message: &str) -> JsError;

    #[wasm_bindgen(js_namespace = Date)]
    pub(crate) fn now() -> f64;

    #[wasm_bindgen(js_namespace = Math)]
    pub(crate) fn random() -> f64;

    /// A namespace of objects.
    #[derive(Clone, Debug)]
    pub(crate) type Namespace;
}

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    pub(crate) fn send(
        namespace: &Namespace,
        name: &str,
        body: &str,
        place: usize,
        settled: &Closure<dyn Fn(usize, JsValue, JsValue)>,
    );

    pub(crate) fn extend(object: &JsValue);

    #[wasm_bindgen(catch, variadic, js_name = run)]
    fn run_text(sql: &Sql, statement: &JsString, bindings: &[JsValue]) -> Result<f64, JsValue>;

    #[wasm_bindgen(catch, js_name = rows)]
    fn rows_of_text(sql: &Sql, statement: &JsString) -> Result<Array, JsValue>;

    pub(crate) fn namespace(env: &JsValue, name: &str) -> Option<Namespace>;

    pub(crate) fn log(level: &str, line: &str);

    #[wasm_bindgen(js_name = rememberPanic)]
    pub(crate) fn remember_panic(object: &str, message: &str);

    #[wasm_bindgen(js_name = takePanic)]
    pub(crate) fn take_panic(object: &str) -> Option<String>;

    #[cfg(feature = "tracker")]
    #[wasm_bindgen(catch)]
    pub(crate) fn post(url: &str, body: &str, timeout_ms: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch)]
    fn pause(ms: f64) -> Result<Promise, JsValue>;
}

/// The text of a statement, as a string of JavaScript that is made once: the platform knows it again by what it is,
/// not by what it says.
pub(crate) type Statement = &'static JsThreadLocal<JsString>;

/// Writes statements with their texts. The formatter would leave the texts out.
#[rustfmt::skip]
macro_rules! statements {
    ($($(#[$doc:meta])* $visible:vis $name:ident = $text:tt;)*) => {
        #[wasm_bindgen::prelude::wasm_bindgen]
        extern "C" {
            $(
                $(#[$doc])*
                #[wasm_bindgen(thread_local_v2, static_string)]
                $visible static $name: js_sys::JsString = $text;
            )*
        }
    };
}
pub(crate) use statements;

/// Runs a statement; gives how many rows it has written.
pub(crate) fn run(sql: &Sql, statement: Statement, bindings: &[JsValue]) -> Result<f64, JsValue> {
    statement.with(|text| run_text(sql, text, bindings))
}

/// Runs a statement; gives its rows, each an array of its columns.
pub(crate) fn rows(sql: &Sql, statement: Statement) -> Result<Array, JsValue> {
    statement.with(|text| rows_of_text(sql, text))
}

/// Waits so many real milliseconds.
pub(crate) async fn sleep(ms: f64) {
    // A timer of the platform cannot fail.
    if let Ok(passed) = pause(ms) {
        let _ = JsFuture::from(passed).await;
    }
}

/// The text of whatever was thrown.
pub(crate) fn thrown(error: &JsValue) -> String {
    let message = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()));
    message
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}

/// Rejects a promise.
pub(crate) fn reject(rejection: &Function, message: &str) {
    // A promise cannot fail to be rejected.
    let _ = rejection.call1(&JsValue::UNDEFINED, &JsError::new(message));
}

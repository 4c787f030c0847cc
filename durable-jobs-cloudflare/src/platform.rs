//! What Workers offer, as far as a host needs it.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
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

    pub(crate) fn answer(
        request: &JsValue,
        handle: &Closure<dyn Fn(String) -> JsValue>,
        life: &JsValue,
    ) -> JsValue;

    // `catch` brings glue: of imports without any, wasm-bindgen 0.2.130 allows a module one, and that is `answer`.
    // For a second one it writes a key twice, and every build warns of it.
    #[wasm_bindgen(catch, js_name = beginLife)]
    fn try_to_begin_life() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = endLife)]
    pub(crate) fn end_life(life: &JsValue, message: &str);

    #[wasm_bindgen(catch, variadic)]
    pub(crate) fn run(sql: &Sql, statement: &str, bindings: &[JsValue]) -> Result<f64, JsValue>;

    #[wasm_bindgen(catch, variadic)]
    pub(crate) fn rows(sql: &Sql, statement: &str, bindings: &[JsValue]) -> Result<Array, JsValue>;

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

/// What knows that this wasm instance is there, until a panic ends it.
pub(crate) fn begin_life() -> JsValue {
    // It makes an object, which cannot fail.
    try_to_begin_life().unwrap_or_default()
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

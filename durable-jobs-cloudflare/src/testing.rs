//! For tests of this crate in a real Worker: a clock that they set, a store that refuses, what is going on.
//!
//! What must outlive a wasm instance that a panic has ended is kept in `globalThis.__durable_jobs_testing`.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    time::Duration,
};

use durable_jobs_runtime::{Timestamp, telemetry::Telemetry};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{
    client::{exchange, on_their_way},
    object::Rows,
    platform::{self, Namespace},
    store::Wake,
};

/// How often a sleeper looks at a clock that tests set.
const LOOK_EVERY: Duration = Duration::from_millis(2);

#[wasm_bindgen(module = "/src/testing.js")]
extern "C" {
    #[wasm_bindgen(js_name = clock)]
    fn js_clock() -> Option<f64>;
    #[wasm_bindgen(js_name = setClock)]
    fn js_set_clock(millis: Option<f64>);
    fn broken() -> bool;
    #[wasm_bindgen(js_name = setBroken)]
    fn set_broken(broken: bool);
    #[wasm_bindgen(js_name = countReceived)]
    fn count_received() -> f64;
    #[wasm_bindgen(js_name = received)]
    fn js_received() -> f64;
    fn instance() -> f64;
    #[wasm_bindgen(js_name = countInstance)]
    fn count_instance();
    #[wasm_bindgen(js_name = record)]
    fn js_record(telemetry: &str);
    #[wasm_bindgen(js_name = drainTelemetry)]
    fn js_drain() -> Vec<String>;
    #[wasm_bindgen(js_name = countRows)]
    pub(crate) fn count_rows(written: f64);
    #[wasm_bindgen(js_name = rowsWritten)]
    fn js_rows_written() -> f64;
}

thread_local! {
    static OBJECTS: RefCell<Vec<Weak<Rows>>> = const { RefCell::new(Vec::new()) };
    static INSIDE: Cell<usize> = const { Cell::new(0) };
    static SLEEPING: RefCell<Vec<Timestamp>> = const { RefCell::new(Vec::new()) };
}

/// What goes on in this isolate.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The objects in memory that hold an instance.
    pub objects: Vec<ObjectStatus>,
    /// Calls inside of objects that wait for their answers.
    pub calls_inside: usize,
    /// Calls of objects that have not been answered yet: more than there are inside are on their way.
    pub calls_out: usize,
    /// Calls that objects have received so far, across wasm instances.
    pub received: u64,
    /// Which wasm instance this is, from 1: a panic ends one.
    pub instance: u64,
    /// Until when, by the clock that tests set, something sleeps.
    pub sleeping: Vec<Timestamp>,
}

/// What goes on in one object.
#[derive(Debug, Serialize)]
pub struct ObjectStatus {
    /// The job of its instance.
    pub job: String,
    /// The id of its instance.
    pub id: String,
    /// The readable name of its instance, if it has been taken up.
    pub name: Option<String>,
    /// Drives, a handler that is out included, and commits on their way.
    pub busy: usize,
    /// When its row wants it woken; in the past while a run is out.
    pub wake_at: Option<Timestamp>,
    /// In how many real milliseconds its alarm comes.
    pub alarm_in_ms: Option<f64>,
    /// How many alarms have come to it since it is in memory.
    pub alarms: u64,
}

impl ObjectStatus {
    fn of(rows: &Rows) -> Option<Self> {
        let (job, id) = rows.instance()?;
        let wake_at = match rows.wake().ok()? {
            Wake::Never => None,
            Wake::At(at) | Wake::RunIsOut(at) => Some(at),
        };
        Some(Self {
            job,
            id,
            name: rows.name(),
            busy: rows.busy(),
            wake_at,
            alarm_in_ms: rows.alarm.comes_in_ms(),
            alarms: rows.alarm.come(),
        })
    }
}

/// The time that was set.
pub fn clock() -> Option<Timestamp> {
    js_clock().map(|millis| Timestamp::from_millis(millis as i64))
}

/// Stops the clock of all objects at a time; `None` lets it run again.
pub fn set_clock(time: Option<Timestamp>) {
    js_set_clock(time.map(|time| time.as_millis() as f64));
}

/// Lets every commit fail, after it has written and before it is complete.
pub fn break_store() {
    set_broken(true);
}

/// Ends what [`break_store`] has begun.
pub fn mend_store() {
    set_broken(false);
}

/// What jobs have told since the last time, each as JSON.
pub fn drain_telemetry() -> Vec<String> {
    js_drain()
}

/// How many rows have been written so far, as they are billed: by statements, and one for each alarm that was set.
pub fn rows_written() -> u64 {
    js_rows_written() as u64
}

/// What goes on.
pub fn status() -> Status {
    let objects: Vec<Rc<Rows>> =
        OBJECTS.with_borrow(|objects| objects.iter().filter_map(Weak::upgrade).collect());
    Status {
        objects: objects
            .iter()
            .filter_map(|rows| ObjectStatus::of(rows))
            .collect(),
        calls_inside: INSIDE.get(),
        calls_out: on_their_way(),
        received: js_received() as u64,
        instance: instance() as u64,
        sleeping: SLEEPING.with_borrow(Clone::clone),
    }
}

/// Lets an object derive its alarm from its row again, or sets it for now.
pub async fn wake(env: &worker::Env, binding: &str, name: &str, poke: Poke) -> Result<(), JsValue> {
    let namespace: Option<Namespace> = platform::namespace(env, binding);
    let namespace = namespace.ok_or_else(|| JsValue::from_str("no such binding"))?;
    let text = match poke {
        Poke::Derive => DERIVE,
        Poke::Now => NOW,
    };
    exchange(&namespace, name, text).await.map(drop)
}

/// What [`wake`] does to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poke {
    /// Derives it from the row.
    Derive,
    /// Sets it for now.
    Now,
}

const DERIVE: &str = "testing: derive the alarm";
const NOW: &str = "testing: set the alarm for now";

/// Whether the message is for this module, and its answer then.
pub(crate) fn poke(text: &str, rows: &Rows) -> Result<Option<String>, JsValue> {
    let now = text == NOW;
    if !now && text != DERIVE {
        return Ok(None);
    }
    match rows.wake()? {
        Wake::Never => {}
        Wake::RunIsOut(_) if rows.busy() > 0 => {}
        _ if now => rows.alarm.set_now()?,
        _ => rows.derive_alarm()?,
    }
    Ok(Some(String::new()))
}

pub(crate) fn enlist(rows: &Rc<Rows>) {
    thread_local!(static COUNTED: Cell<bool> = const { Cell::new(false) });
    if !COUNTED.replace(true) {
        count_instance();
    }
    OBJECTS.with_borrow_mut(|objects| {
        objects.retain(|object| object.strong_count() > 0);
        objects.push(Rc::downgrade(rows));
    });
}

/// Counts a call as inside until it is dropped.
pub(crate) struct Inside;

pub(crate) fn received() -> Inside {
    count_received();
    INSIDE.set(INSIDE.get() + 1);
    Inside
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(INSIDE.get() - 1);
    }
}

pub(crate) fn refuse_if_broken() -> Result<(), JsValue> {
    match broken() {
        true => Err(JsValue::from_str("the store was told to refuse")),
        false => Ok(()),
    }
}

pub(crate) fn record(event: &Telemetry) {
    if let Ok(json) = serde_json::to_string(event) {
        js_record(&json);
    }
}

/// Waits until the clock that tests set shows a time.
pub(crate) async fn sleep_until(until: Timestamp) {
    let _sleeper = Sleeper::begin(until);
    while clock().is_some_and(|now| now < until) {
        platform::sleep(LOOK_EVERY.as_millis() as f64).await;
    }
}

struct Sleeper(Timestamp);

impl Sleeper {
    fn begin(until: Timestamp) -> Self {
        SLEEPING.with_borrow_mut(|sleeping| sleeping.push(until));
        Self(until)
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        SLEEPING.with_borrow_mut(|sleeping| {
            if let Some(index) = sleeping.iter().position(|until| *until == self.0) {
                sleeping.swap_remove(index);
            }
        });
    }
}

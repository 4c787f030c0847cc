//! For the code that the attributes generate.
//!
//! Nothing here is meant to be named by hand. It changes without notice, also in patch releases.

#![doc(hidden)]

pub use durable_jobs_runtime::{
    Declared, OnExhausted, RetryPolicy,
    continuous::{ContinuousSpec, DeclaredContinuous, Delay, FirstRun, Missed, OnRecovery},
    debounce::{AfterFlush, DebounceSpec, DeclaredDebounce, OnDuplicate, Overflow},
    jobs::{SendsTo, Target},
    kind,
    queue::{DeclaredQueue, Order, QueueSpec, Rate},
    rate_limit::{Algorithm, DeclaredRateLimit, RateLimitSpec},
    semaphore::{DeclaredSemaphore, SemaphoreSpec},
    task::{DeclaredTask, TaskSpec, UnnamedTimer},
    telemetry::LogLevel,
};
pub use durable_jobs_schedule as schedule;

use crate::{Continuous, Debounce, Queue, Task};

/// Fails to compile, on the job's name, unless the behaviour is there.
pub const fn assert_continuous<J: Continuous>() {}

/// Fails to compile, on the job's name, unless the behaviour is there.
pub const fn assert_debounce<J: Debounce>() {}

/// Fails to compile, on the job's name, unless the behaviour is there.
pub const fn assert_task<J: Task>() {}

/// Fails to compile, on the job's name, unless the behaviour is there.
pub const fn assert_queue<J: Queue>() {}

#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
pub use durable_jobs_cloudflare as cloudflare;

/// Exports a job to the platform. Off Cloudflare there is none to export it to.
#[cfg(not(all(feature = "cloudflare", target_family = "wasm")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_job {
    ($($tokens:tt)*) => {};
}

/// Exports the Durable Object class of a job, and a function by whose name tools learn of it.
#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_job {
    (job: $job:ty, class: $class:tt, marker: $marker:tt) => {
        $crate::__private::export_job! { job: $job, class: $class }
        const _: () = {
            use $crate::__private::cloudflare::wasm_bindgen::{self, prelude::wasm_bindgen};

            #[wasm_bindgen(
                                        js_name = $marker,
                                        wasm_bindgen = $crate::__private::cloudflare::wasm_bindgen
                                    )]
            pub fn __durable_job() {}
        };
    };
    (job: $job:ty, class: $class:tt) => {
        $crate::__private::export_object! { class: $class, jobs: [$job] }
    };
}
pub use crate::__export_job as export_job;

/// Exports one Durable Object class that hosts several jobs.
#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_object {
    (class: $class:tt, jobs: [$($job:ty),+ $(,)?]) => {
        const _: () = {
            use $crate::__private::cloudflare::{
                JobObject, Jobs, Offer,
                wasm_bindgen::{self, JsValue, prelude::wasm_bindgen},
            };

            #[wasm_bindgen(
                js_name = $class,
                wasm_bindgen = $crate::__private::cloudflare::wasm_bindgen
            )]
            pub struct __DurableObject {
                object: ::std::panic::AssertUnwindSafe<JobObject>,
            }

            #[wasm_bindgen(
                js_class = $class,
                wasm_bindgen = $crate::__private::cloudflare::wasm_bindgen
            )]
            impl __DurableObject {
                #[wasm_bindgen(
                    constructor,
                    wasm_bindgen = $crate::__private::cloudflare::wasm_bindgen
                )]
                pub fn new(state: JsValue, env: JsValue) -> Self {
                    const JOBS: Jobs = Jobs::new(&[$(Offer::of::<$job>()),+]);
                    let object = JobObject::new(state, env, JOBS);
                    Self { object: ::std::panic::AssertUnwindSafe(object) }
                }

                #[wasm_bindgen(
                    js_name = call,
                    wasm_bindgen = $crate::__private::cloudflare::wasm_bindgen
                )]
                pub fn call(&self, text: String) -> JsValue {
                    self.object.call(text)
                }

                #[wasm_bindgen(
                    js_name = alarm,
                    wasm_bindgen = $crate::__private::cloudflare::wasm_bindgen
                )]
                pub fn alarm(&self, info: JsValue) -> JsValue {
                    self.object.alarm(info)
                }
            }

            #[wasm_bindgen(
                start,
                private,
                js_name = $class,
                wasm_bindgen = $crate::__private::cloudflare::wasm_bindgen
            )]
            fn __prepare_class() {
                let object = ::std::panic::AssertUnwindSafe(JobObject::hollow());
                JobObject::prepare_class(&JsValue::from(__DurableObject { object }));
            }
        };
    };
}
#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
pub use crate::__export_object as export_object;

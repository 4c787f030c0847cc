//! One Durable Object: what its class's constructor, `call` and `alarm` do.

mod alarm;
pub(crate) mod clock;
mod jobs;
mod rows;

use std::{cell::OnceCell, rc::Rc, sync::Arc};

use durable_jobs_runtime::{
    ClientError, Entry, InstanceId, JobResult, Solo,
    wire::{Answer, Connect, Received, encode_answer},
};
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

pub use self::jobs::{Jobs, Offer};
use self::rows::Buried;
pub(crate) use self::rows::Rows;
use crate::{
    Host, panics,
    platform::{self, AlarmInfo, ObjectState},
    port::ObjectPort,
};

/// One object of a class that hosts jobs. The class that an attribute generates holds one and passes its calls on.
#[derive(Clone, Debug)]
pub struct JobObject(Option<Rc<Object>>);

#[derive(Debug)]
struct Object {
    env: Env,
    jobs: Jobs,
    rows: Rc<Rows>,
    /// The instance that lives here, once somebody has asked for it.
    tenant: OnceCell<Tenant>,
}

/// The instance of an object, with its readable name.
#[derive(Debug)]
struct Tenant {
    solo: Solo,
    name: Rc<str>,
}

impl JobObject {
    /// What the constructor of the class does with its arguments.
    pub fn new(state: JsValue, env: JsValue, jobs: Jobs) -> Self {
        panics::watch();
        let state: ObjectState = state.unchecked_into();
        let object = Rc::new(Object {
            env: env.unchecked_into(),
            jobs,
            rows: Rc::new(Rows::new(state.storage())),
            tenant: OnceCell::new(),
        });
        #[cfg(feature = "testing")]
        crate::testing::enlist(&object.rows);
        Self(Some(object))
    }

    /// An object without anything behind it, which only shows its class.
    pub fn hollow() -> Self {
        Self(None)
    }

    /// What is done with a hollow object of each class before the first real one is made.
    pub fn prepare_class(hollow: &JsValue) {
        platform::extend(hollow);
    }

    /// What `call` does: answers the text of one call with the text of its answer, or a promise of it.
    pub fn call(&self, text: String) -> JsValue {
        self.run(|object| object.answer(text))
    }

    /// What `alarm` does: lets what is due happen.
    ///
    /// It fails only if the platform fails, which then calls it again. Errors of handlers are followed by retries of
    /// ours, which do not end after six.
    pub fn alarm(&self, info: JsValue) -> JsValue {
        self.run(|object| object.take_alarm(info))
    }

    fn run<F>(&self, what: impl FnOnce(Rc<Object>) -> F) -> JsValue
    where
        F: Future<Output = Result<JsValue, JsValue>> + 'static,
    {
        match &self.0 {
            Some(object) => panics::now_or_promise(what(Rc::clone(object))),
            None => JsValue::UNDEFINED,
        }
    }
}

impl Object {
    async fn answer(self: Rc<Self>, text: String) -> Result<JsValue, JsValue> {
        self.rows.alarm.find().await?;
        #[cfg(feature = "testing")]
        if let Some(answer) = crate::testing::poke(&text, &self.rows)? {
            return Ok(JsValue::from(answer));
        }
        let result = match Received::decode(&text) {
            Ok(received) => self.call(received).await?,
            Err(error) => Err(error),
        };
        Ok(JsValue::from(encode_answer(&result)))
    }

    /// Answers a call. It fails only if the platform does.
    async fn call(&self, received: Received<'_>) -> Result<Result<Answer, ClientError>, JsValue> {
        let Received {
            job,
            id,
            request,
            message,
            call,
            ..
        } = received;
        let found = self.tenant_for(&job, id);
        let read = found.and_then(|tenant| Ok((tenant, tenant.solo.read_call(call)?)));
        let (tenant, call) = match read {
            Ok(read) => read,
            Err(error) => return Ok(Err(error)),
        };
        let name = Rc::clone(&tenant.name);
        panics::of_object(name, async move {
            // The call is taken at once; only its answer is waited for.
            let answer = tenant.solo.call(call, request, message, None);
            #[cfg(feature = "testing")]
            let _inside = crate::testing::received();
            self.rows.watch_alarm()?;
            Ok(answer.await)
        })
        .await
    }

    async fn take_alarm(self: Rc<Self>, info: JsValue) -> Result<JsValue, JsValue> {
        let scheduled_ms = match info.is_object() {
            true => info.unchecked_into::<AlarmInfo>().scheduled_time(),
            false => None,
        };
        self.wake(scheduled_ms).await?;
        Ok(JsValue::UNDEFINED)
    }

    /// Lets what is due happen, and sets the next alarm.
    async fn wake(&self, scheduled_ms: Option<f64>) -> Result<(), JsValue> {
        let rows = &self.rows;
        let _delivery = rows.alarm.has_come(scheduled_ms);
        if rows.bury().await? == Buried::Yes {
            return Ok(());
        }
        let before = rows.see()?;
        let identity = rows
            .identity()
            .map_err(|error| JsValue::from_str(&error.to_string()))?;
        let Some((job, id)) = identity else {
            return Ok(());
        };
        let tenant = InstanceId::new(&id)
            .map_err(|reason| ClientError::InvalidId {
                job: job.clone(),
                reason,
            })
            .and_then(|id| self.tenant_for(&job, id));
        match tenant {
            Ok(tenant) => {
                let name = Rc::clone(&tenant.name);
                panics::of_object(name, async { tenant.solo.alarm().await }).await;
            }
            Err(error) => platform::log("error", &error.to_string()),
        }
        rows.arm_after_alarm(before)
    }

    /// The instance of a job and an id, if it is the one that lives here or may move in.
    fn tenant_for(&self, job: &str, id: InstanceId) -> Result<&Tenant, ClientError> {
        let tenant = match self.tenant.get() {
            Some(tenant) => tenant,
            None => {
                let entry = self.enter(job, &id)?;
                let port = self.port(&entry, &id);
                let tenant = Tenant::new(entry, id.clone(), port, &self.env);
                #[cfg(feature = "testing")]
                self.rows.watch(tenant.solo.pulse());
                self.tenant.get_or_init(|| tenant)
            }
        };
        let address = tenant.solo.address();
        if address.job == job && address.id == id {
            return Ok(tenant);
        }
        let reason = format!(
            "it was sent to the object of `{address}`: the client has named another object than its own"
        );
        Err(unreached(job, &id, reason))
    }

    fn port(&self, entry: &Entry, id: &InstanceId) -> ObjectPort {
        let name: Rc<str> = entry.address(id.clone()).name().into();
        let port = ObjectPort::new(Rc::clone(&self.rows), name);
        #[cfg(feature = "tracker")]
        let port = port.with_tracker(self.jobs.tracker(entry.name(), &self.env));
        port
    }

    fn enter(&self, job: &str, id: &InstanceId) -> Result<Entry, ClientError> {
        let entry: Option<JobResult<Entry>> = self.jobs.enter(job, &self.env);
        let entry = entry.ok_or_else(|| ClientError::JobNotFound {
            job: job.to_owned(),
        })?;
        entry.map_err(|error| {
            unreached(
                job,
                id,
                format!("the services of the job cannot be built: {error}"),
            )
        })
    }
}

impl Tenant {
    fn new(entry: Entry, id: InstanceId, port: ObjectPort, env: &Env) -> Self {
        let name = port.name();
        let solo = Solo::new(entry, id, Arc::new(port), Host::of(env).transport());
        if let Some(panic) = platform::take_panic(&name) {
            solo.was_cut_off_by(&panic);
        }
        Self { solo, name }
    }
}

fn unreached(job: &str, id: &InstanceId, reason: String) -> ClientError {
    ClientError::Transport {
        job: job.to_owned(),
        id: id.as_str().to_owned(),
        reason,
    }
}

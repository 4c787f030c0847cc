//! What a Worker makes clients from.

use std::{cell::RefCell, collections::BTreeMap, fmt, rc::Rc, sync::Arc};

use durable_jobs_runtime::{
    Declared,
    wire::{Connect, Transport},
};
use wasm_bindgen::JsValue;
use worker::{Env, Error};

use super::{binding, transport::ObjectTransport};
use crate::platform::{self, Namespace};

/// The objects that a Worker is bound to: what clients are made from.
///
/// ```ignore
/// let host = Host::from_env(&env)?;
/// let tokens = TokenRefresherClient::new(&host);
/// ```
#[derive(Clone)]
pub struct Host {
    bindings: Rc<Bindings>,
}

/// The namespaces of classes, looked up once each.
pub(super) struct Bindings {
    env: JsValue,
    renamed: BTreeMap<&'static str, String>,
    found: RefCell<BTreeMap<&'static str, Namespace>>,
}

impl Host {
    /// The objects that `env` has bindings for. A binding is looked for when it is first needed: each class is bound
    /// under its name in capitals, `TokenRefresher` as `TOKEN_REFRESHER`, unless [`binding`](Self::binding) says
    /// otherwise.
    pub fn from_env(env: &Env) -> Result<Self, Error> {
        let bindings = Rc::new(Bindings {
            env: JsValue::from(env.clone()),
            renamed: BTreeMap::new(),
            found: RefCell::default(),
        });
        Ok(Self { bindings })
    }

    /// Says under which name the class of the job `J` is bound.
    #[must_use]
    pub fn binding<J: Declared>(self, name: impl Into<String>) -> Self {
        let mut renamed = self.bindings.renamed.clone();
        renamed.insert(J::CLASS, name.into());
        let bindings = Rc::new(Bindings {
            env: self.bindings.env.clone(),
            renamed,
            found: RefCell::default(),
        });
        Self { bindings }
    }
}

impl Bindings {
    /// The namespace of a class, if it is bound.
    pub(super) fn namespace(&self, class: &'static str) -> Option<Namespace> {
        if let Some(found) = self.found.borrow().get(class) {
            return Some(found.clone());
        }
        let name = match self.renamed.get(class) {
            Some(name) => name.clone(),
            None => binding::of_class(class),
        };
        let namespace = platform::namespace(&self.env, &name)?;
        self.found.borrow_mut().insert(class, namespace.clone());
        Some(namespace)
    }
}

impl Connect for Host {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(ObjectTransport::new(Rc::clone(&self.bindings)))
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("renamed", &self.bindings.renamed)
            .finish_non_exhaustive()
    }
}

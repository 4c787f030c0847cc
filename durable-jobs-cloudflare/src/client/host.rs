//! What a Worker makes clients from.

use std::{cell::RefCell, fmt, rc::Rc, sync::Arc};

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
    /// By class, as are those that were found.
    renamed: Vec<(&'static str, String)>,
    found: RefCell<Vec<(&'static str, Namespace)>>,
}

impl Host {
    /// The objects that `env` has bindings for. A binding is looked for when it is first needed: each class is bound
    /// under its name in capitals, `TokenRefresher` as `TOKEN_REFRESHER`, unless [`binding`](Self::binding) says
    /// otherwise.
    pub fn from_env(env: &Env) -> Result<Self, Error> {
        Ok(Self::of(env))
    }

    pub(crate) fn of(env: &Env) -> Self {
        let bindings = Rc::new(Bindings {
            env: JsValue::from(env.clone()),
            renamed: Vec::new(),
            found: RefCell::default(),
        });
        Self { bindings }
    }

    /// Says under which name the class of the job `J` is bound.
    #[must_use]
    pub fn binding<J: Declared>(self, name: impl Into<String>) -> Self {
        let mut renamed = self.bindings.renamed.clone();
        renamed.push((J::CLASS, name.into()));
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
        let found = self.found.borrow();
        if let Some((_, namespace)) = found.iter().find(|(found, _)| *found == class) {
            return Some(namespace.clone());
        }
        drop(found);
        let renamed = self.renamed.iter().rfind(|(renamed, _)| *renamed == class);
        let name = match renamed {
            Some((_, name)) => name.clone(),
            None => binding::of_class(class),
        };
        let namespace = platform::namespace(&self.env, &name)?;
        self.found.borrow_mut().push((class, namespace.clone()));
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

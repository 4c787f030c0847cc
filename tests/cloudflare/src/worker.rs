//! The Worker of the tests, ready to be started with the classes of a program.

use std::{any::type_name, fs, os::unix::fs::symlink, path::Path};

use durable_jobs_runtime::{Declared, Job, Timestamp};
use durable_jobs_testing::conformance::{
    Program, Roster, Services,
    fixtures::{basket::Basket, letter::Letter, ticker::Ticker},
};
use durable_jobs_tests_worker::{
    hasty::{Beating, Hasty, Rushed, Stubborn},
    large::{Roll, Scroll},
    relay::{Relay, Sink},
    tracked::Tracked,
};
use durable_jobs_workerd::{Namespace, Workerd, worker};
use tempfile::TempDir;

const PACKAGE: &str = "durable-jobs-tests-worker";

/// The Worker's text with the world's address.
const WORLD: &str = "WORLD";

/// What a Worker is started with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) program: Program,
    pub(crate) time: Time,
    pub(crate) idle: Idle,
    pub(crate) entry: Entry,
}

/// What requests go to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry {
    /// The class that `worker-build` exports.
    Class,
    /// A plain object in front of it.
    Plain,
}

/// Whose clock objects go by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Time {
    Real,
    /// One that stands still until it is set.
    Still(Timestamp),
}

/// What becomes of objects that are idle.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Idle {
    /// They stay in memory.
    Stays,
    /// They leave it after ten seconds, or when they are told to.
    Leaves,
}

/// The job of a class, and its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Class {
    name: &'static str,
    job: &'static str,
}

#[derive(Default)]
struct Classes(Vec<Class>);

impl Classes {
    fn of(program: Program) -> Vec<Class> {
        let classes = program.enlist(Self::default());
        classes
            .job::<Ticker<Stubborn>>()
            .job::<Ticker<Beating>>()
            .job::<Basket<Hasty>>()
            .job::<Letter<Rushed>>()
            .job::<Relay>()
            .job::<Sink>()
            .job::<Scroll>()
            .job::<Roll>()
            .0
    }
}

impl Roster for Classes {
    fn job<J: Job<Env<Services> = Services>>(mut self) -> Self {
        self.0.push(Class {
            name: J::CLASS,
            job: type_name::<J>(),
        });
        self
    }
}

impl Setup {
    /// Starts the Worker on that storage, in that world.
    pub(crate) fn start(self, storage: &Path, world: &str) -> Workerd {
        let modules = self.modules();
        let mut builder = Workerd::builder(modules.path())
            .storage(storage)
            .text(WORLD, world);
        if let Entry::Plain = self.entry {
            builder = builder.plain_entry();
        }
        for namespace in self.namespaces() {
            builder = builder.namespace(namespace);
        }
        builder.start().expect("workerd starts")
    }

    /// What a program has changed has a class of its own, and opens what the first one has stored.
    fn namespaces(self) -> impl Iterator<Item = Namespace> {
        let (first, changed) = (Classes::of(Program::First), Classes::of(Program::Changed));
        let classes = Classes::of(self.program).into_iter();
        let tracked = Namespace::new(Tracked::CLASS);
        let classes = classes.map(move |class| {
            let namespace = match self.idle {
                Idle::Stays => Namespace::new(class.name).never_evicted(),
                Idle::Leaves => Namespace::new(class.name),
            };
            if first.contains(&class) {
                namespace
            } else if changed.contains(&class) {
                namespace.exported_as(&format!("Changed{}", class.name))
            } else {
                namespace.exported_as(&format!("Mended{}", class.name))
            }
        });
        classes.chain([tracked])
    }

    /// The built modules, with the clock set before any of them is looked at: an alarm may come before the first
    /// request.
    fn modules(self) -> TempDir {
        let built = worker(PACKAGE).expect("a built Worker");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = fs::read_to_string(built.join("index.js")).expect("the built script");
        let clock = match self.time {
            Time::Real => "null".to_owned(),
            Time::Still(time) => time.as_millis().to_string(),
        };
        let script = format!("globalThis.__durable_jobs_testing = {{ clock: {clock} }};\n{script}");
        fs::write(folder.path().join("index.js"), script).expect("a script is written");
        let module = "index_bg.wasm";
        symlink(built.join(module), folder.path().join(module)).expect("a module is linked");
        folder
    }
}

//! The two programs.

use durable_jobs_workerd::{Namespace, Workerd, worker};

use crate::{
    process::{Folder, Process},
    services::Services,
};

/// A program that serves the jobs.
pub(crate) trait Host: Sized {
    /// Starts it with these services, and with nothing else to do.
    async fn start(services: &Services) -> Self;

    /// Where it serves now.
    fn url(&self) -> String;

    /// Ends it as `kill -9` does, and starts it again.
    async fn kill(&mut self, services: &Services);
}

/// One process and a SQLite file.
pub(crate) struct Embedded {
    folder: Folder,
    process: Process,
}

impl Embedded {
    async fn run(folder: &Folder, services: &Services) -> Process {
        let mut command = folder.command();
        command.arg("--no-demo").envs(services.variables());
        folder.run(command).await
    }
}

impl Host for Embedded {
    async fn start(services: &Services) -> Self {
        let folder = Folder::new();
        let process = Self::run(&folder, services).await;
        Self { folder, process }
    }

    fn url(&self) -> String {
        self.process.base.clone()
    }

    async fn kill(&mut self, services: &Services) {
        self.process.kill();
        self.process = Self::run(&self.folder, services).await;
    }
}

/// A Worker and its Durable Objects.
pub(crate) struct Worker(Workerd);

impl Host for Worker {
    async fn start(services: &Services) -> Self {
        let mut builder = Workerd::builder(worker("quickstart-worker").unwrap());
        for class in ["TokenRefresher", "WebhookBatch", "Order", "Traffic"] {
            builder = builder.namespace(Namespace::new(class));
        }
        for (name, value) in services.variables() {
            builder = builder.text(name, &value);
        }
        Self(builder.start().unwrap())
    }

    fn url(&self) -> String {
        self.0.url()
    }

    async fn kill(&mut self, _services: &Services) {
        self.0.kill().unwrap();
        self.0.start().unwrap();
    }
}

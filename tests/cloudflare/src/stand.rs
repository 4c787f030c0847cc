//! A workerd with its storage and its world.

use std::{path::Path, sync::Arc};

use durable_jobs_testing::conformance::World;
use durable_jobs_workerd::Workerd;
use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::{link::Link, settle::pause, worker::Setup, world_server::WorldServer};

/// A Worker on a storage of its own, which outlives its process.
#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) world: World,
    pub(crate) server: WorldServer,
    pub(crate) link: Arc<Link>,
    workerd: Option<Workerd>,
    storage: TempDir,
}

impl Stand {
    pub(crate) async fn start(setup: Setup, world: World) -> Self {
        let storage = tempfile::tempdir().expect("a temporary folder");
        let server = WorldServer::start(world.clone()).await;
        let workerd = setup.start(storage.path(), &server.url());
        Self {
            world,
            server,
            link: Link::new(workerd.url()),
            workerd: Some(workerd),
            storage,
        }
    }

    /// Kills the process with whatever runs, and starts another on what is stored.
    pub(crate) async fn restart(&mut self, setup: Setup) {
        self.kill().await;
        self.revive(setup);
    }

    /// Starts another process after [`kill`](Self::kill).
    pub(crate) fn revive(&mut self, setup: Setup) {
        let world = self.server.url();
        let workerd = block_in_place(|| setup.start(self.storage.path(), &world));
        self.link.redirect(workerd.url());
        self.workerd = Some(workerd);
    }

    pub(crate) async fn kill(&mut self) {
        let workerd = self.workerd.take();
        let mut workerd = workerd.expect("workerd runs between the steps of a test");
        block_in_place(|| workerd.kill()).expect("workerd can be killed");
        // Handlers are gone once the world has noticed.
        while !self.server.open().is_empty() {
            pause().await;
        }
    }

    /// The folder with the stored objects.
    pub(crate) fn storage(&self) -> &Path {
        self.storage.path()
    }

    pub(crate) fn workerd(&self) -> &Workerd {
        let workerd = self.workerd.as_ref();
        workerd.expect("workerd runs between the steps of a test")
    }
}

//! A folder with a configuration and a built Worker, and the program that is run in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use expect_test::Expect;
use tempfile::TempDir;
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, Module,
    TypeSection,
};

/// The keys of a configuration that is right, before those of jobs.
pub(crate) const HEAD: &str = "\
name = \"shop\"
main = \"build/index.js\"
compatibility_date = \"2026-07-30\"
";

/// A binding and storage for the job `Order`.
pub(crate) const ORDER: &str = "
[[durable_objects.bindings]]
name = \"ORDER\"
class_name = \"Order\"

[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Order\"]
";

pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// Without a configuration and without a built Worker.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With a built Worker that has these jobs and no other classes.
    pub(crate) fn with_jobs(jobs: &[&str]) -> Self {
        Self::empty().file("build/index_bg.wasm", module(jobs, &[]))
    }

    /// With a configuration of these lines after what every Worker has.
    pub(crate) fn toml(self, lines: &str) -> Self {
        self.file("wrangler.toml", format!("{HEAD}{lines}"))
    }

    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.put(path, content);
        self
    }

    pub(crate) fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn check(&self) -> Ran {
        self.run(&["wrangler", "--check"])
    }

    pub(crate) fn write(&self) -> Ran {
        self.run(&["wrangler", "--write"])
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in("", arguments)
    }

    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Ran {
        self.run_with(folder, arguments, None)
    }

    pub(crate) fn run_with(
        &self,
        folder: &str,
        arguments: &[&str],
        environment: Option<&str>,
    ) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-durable-jobs"));
        command.args(arguments).current_dir(self.path(folder));
        command.env_remove("CLOUDFLARE_ENV");
        if let Some(name) = environment {
            command.env("CLOUDFLARE_ENV", name);
        }
        Ran::of(command.output().unwrap(), self.folder.path())
    }

    /// Runs `--write`, which must leave nothing to say, and compares the whole file.
    pub(crate) fn written(&self, path: &str, expected: Expect) {
        let ran = self.write();
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        expected.assert_eq(&self.read(path));
        self.unchanged_by_write(path);
    }

    /// Runs `--write` again.
    pub(crate) fn unchanged_by_write(&self, path: &str) {
        let before = fs::read(self.path(path)).unwrap();
        let written = fs::metadata(self.path(path)).unwrap().modified().unwrap();
        self.write();
        assert_eq!(fs::read(self.path(path)).unwrap(), before);
        let again = fs::metadata(self.path(path)).unwrap().modified().unwrap();
        assert_eq!(
            again, written,
            "the file was written although nothing is to be added"
        );
    }
}

/// How the program ended, and what it printed.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The folder of the test has another name each time.
    fn of(output: Output, folder: &Path) -> Self {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(folder.to_str().unwrap(), "FOLDER")
        };
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// That nothing is wrong, in this one line.
    pub(crate) fn right(&self, line: &str) {
        assert_eq!((self.code, &*self.err), (Some(0), ""), "{}", self.out);
        assert_eq!(self.out, format!("{line}\n"));
    }

    /// That something is wrong.
    pub(crate) fn wrong(&self, expected: Expect) {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        expected.assert_eq(&format!("{}{}", self.out, self.err));
    }

    /// That nothing could be checked.
    pub(crate) fn failed(&self, expected: Expect) {
        assert_eq!((self.code, &*self.out), (Some(2), ""), "{}", self.err);
        expected.assert_eq(&self.err);
    }
}

/// A module that exports what wasm-bindgen makes of jobs and of other classes.
pub(crate) fn module(jobs: &[&str], others: &[&str]) -> Vec<u8> {
    let mut names: Vec<String> = jobs
        .iter()
        .map(|job| format!("__durable_job_{job}"))
        .collect();
    let classes = jobs.iter().chain(others);
    names.extend(classes.map(|class| format!("__wbg_{}_free", class.to_lowercase())));
    names.push("fetch".to_owned());
    exporting(&names)
}

/// A module that exports functions of these names, which do nothing.
pub(crate) fn exporting(names: &[String]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    for name in names {
        exports.export(name, ExportKind::Func, 0);
    }
    let mut nothing = Function::new([]);
    nothing.instruction(&Instruction::End);
    let mut code = CodeSection::new();
    code.function(&nothing);
    let mut module = Module::new();
    module.section(&types).section(&functions);
    module.section(&exports).section(&code);
    module.finish()
}

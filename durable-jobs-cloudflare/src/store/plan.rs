//! What a commit writes, as statements.

use wasm_bindgen::JsValue;

use super::schema::{Table, Tables};
use crate::platform::{self, Sql, Statement};

/// One statement with its bindings.
struct Step {
    statement: Statement,
    bindings: Vec<JsValue>,
    expects: Expects,
}

/// How many rows a statement has to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expects {
    /// Any number.
    Anything,
    /// At least one: none means that another activation of the object has written since.
    ARow,
}

/// Statements to be run in one go.
#[derive(Default)]
pub(crate) struct Plan(Vec<Step>);

impl Plan {
    pub(super) fn add(&mut self, statement: Statement, bindings: Vec<JsValue>) {
        self.expect(statement, bindings, Expects::Anything);
    }

    pub(super) fn expect(
        &mut self,
        statement: Statement,
        bindings: Vec<JsValue>,
        expects: Expects,
    ) {
        self.0.push(Step {
            statement,
            bindings,
            expects,
        });
    }

    /// Makes a table, if it is not there.
    pub(super) fn need(&mut self, tables: &mut Tables, table: Table) {
        if let Some(statement) = tables.make(table) {
            self.add(statement, Vec::new());
        }
    }

    /// How many statements there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Runs the statements in order, until one fails.
    pub(crate) fn run(&self, sql: &Sql) -> Result<(), JsValue> {
        for Step {
            statement,
            bindings,
            expects,
        } in &self.0
        {
            let written = platform::run(sql, statement, bindings)?;
            #[cfg(feature = "testing")]
            crate::testing::count_rows(written);
            if *expects == Expects::ARow && written == 0.0 {
                return Err(JsValue::from_str(SUPERSEDED));
            }
        }
        Ok(())
    }
}

const SUPERSEDED: &str = "another activation of this object has written since";

//! Statements that stay at hand for the length of a transaction.

use rusqlite::{CachedStatement, Connection, Params};

/// The statements that a transaction has used. To look one up in the connection's cache costs a fifth of an insert.
pub(crate) struct Statements<'c> {
    connection: &'c Connection,
    used: Vec<(&'static str, CachedStatement<'c>)>,
}

impl<'c> Statements<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            used: Vec::new(),
        }
    }

    pub(super) fn get(&mut self, sql: &'static str) -> rusqlite::Result<&mut CachedStatement<'c>> {
        // A constant that lies in two places is only looked up twice.
        let at = self
            .used
            .iter()
            .position(|(text, _)| std::ptr::eq(*text, sql));
        let at = match at {
            Some(at) => at,
            None => {
                self.used.push((sql, self.connection.prepare_cached(sql)?));
                self.used.len() - 1
            }
        };
        let found = self.used.get_mut(at).map(|(_, statement)| statement);
        found.ok_or(rusqlite::Error::InvalidQuery)
    }

    pub(super) fn run(&mut self, sql: &'static str, params: impl Params) -> rusqlite::Result<()> {
        self.get(sql)?.execute(params).map(drop)
    }
}

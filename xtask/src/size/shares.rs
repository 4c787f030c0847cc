//! What each crate adds to a Worker's module.

use std::{collections::BTreeMap, fs, path::Path};

use super::wasm::{self, Function};
use crate::command::Failure;

/// Crates that come with the compiler: a generic function of theirs counts for the crate whose types it was made for.
const STANDARD: [&str; 5] = ["core", "alloc", "std", "__rustc", "compiler_builtins"];

/// Code that was made by wasm-bindgen between Rust and JavaScript, and names that tell nothing.
const NOBODY: &str = "bindings and others";

/// Prints a table of crates and the bytes of their code, the largest first.
pub(super) fn print(module: &Path) -> Result<(), Failure> {
    let functions = wasm::functions(&fs::read(module)?)
        .ok_or_else(|| Failure::new(format!("{} cannot be read", module.display())))?;
    let all: usize = functions.iter().map(|function| function.bytes).sum();
    println!("{all} bytes of code before the last optimisation, by crate:");
    for (name, bytes) in shares(&functions) {
        let share = bytes as f64 * 100.0 / all as f64;
        println!("  {name:<28}{bytes:>8} {share:>5.1} %");
    }
    Ok(())
}

fn shares(functions: &[Function]) -> Vec<(&str, usize)> {
    let mut shares = BTreeMap::new();
    for function in functions {
        *shares.entry(crate_of(&function.name)).or_default() += function.bytes;
    }
    let mut shares: Vec<_> = shares.into_iter().collect();
    shares.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    shares
}

/// The first crate in a function's name, of those that do not come with the compiler if there is one.
fn crate_of(name: &str) -> &str {
    let mut paths = paths(name).peekable();
    let first = paths.peek().copied();
    paths
        .find(|path| !STANDARD.contains(path))
        .or(first)
        .unwrap_or(NOBODY)
}

/// The words with which paths begin, such as `core` and `serde_json` in `<core::Option<serde_json::Value>>::take`.
fn paths(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices("::").filter_map(|(end, _)| {
        let before = &name[..end];
        let before = match before.strip_suffix(']') {
            Some(hashed) => hashed.rsplit_once('[')?.0,
            None => before,
        };
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let start = before
            .rfind(|letter| !is_word(letter))
            .map_or(0, |at| at + 1);
        let begins = !before[..start].ends_with("::");
        let word = &before[start..];
        (begins && word.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_'))
            .then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::{Function, crate_of, shares};

    #[test]
    fn a_function_belongs_to_the_crate_that_wrote_it() {
        assert_eq!(crate_of("serde_json::de::from_str::h01"), "serde_json");
        assert_eq!(crate_of("core[c593]::fmt::write"), "core");
        assert_eq!(crate_of("fetch externref shim"), "bindings and others");
    }

    #[test]
    fn a_generic_function_belongs_to_the_crate_of_its_types() {
        let name = "core::ptr::drop_in_place<alloc::vec::Vec<jobs::Job>>::h02";
        assert_eq!(crate_of(name), "jobs");
        assert_eq!(
            crate_of("<alloc::rc::Rc<T,A> as core::ops::drop::Drop>::drop"),
            "alloc"
        );
    }

    #[test]
    fn the_largest_share_comes_first() {
        let function = |name: &str, bytes| Function {
            name: name.to_owned(),
            bytes,
        };
        let functions = [
            function("one::a", 1),
            function("two::a", 4),
            function("one::b", 2),
        ];
        assert_eq!(shares(&functions), [("two", 4), ("one", 3)]);
    }
}

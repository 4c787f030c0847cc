//! The project broken on purpose: each mutant breaks one promise, and some test has to notice.

mod list;
mod mutant;
mod tree;

use self::{
    list::MUTANTS,
    mutant::{Mutant, Suite},
    tree::Tree,
};
use crate::command::Failure;

/// How a suite took a mutant.
enum Verdict {
    /// A test failed: its name.
    Caught(String),
    /// All passed.
    Survived,
    /// It does not compile, so it shows nothing.
    Broken(String),
}

/// Every mutant whose name contains `filter` against the tests that have to catch it.
pub(crate) fn run(filter: &str) -> Result<(), Failure> {
    let chosen = MUTANTS.iter().filter(|mutant| mutant.name.contains(filter));
    let tree = Tree::copy()?;
    let mut escaped = Vec::new();
    println!("| what is broken | promise | caught by |\n|---|---|---|");
    for mutant in chosen {
        let verdict = tree.with(mutant, || judge(&tree, mutant))?;
        let by = match verdict {
            Verdict::Caught(by) => by,
            Verdict::Survived => {
                escaped.push(mutant.name);
                "**nothing**".to_owned()
            }
            Verdict::Broken(error) => {
                escaped.push(mutant.name);
                eprintln!("{error}");
                "nothing: it does not compile".to_owned()
            }
        };
        let (name, promise) = (mutant.name, mutant.promise);
        println!("| {name} | {promise} | `{by}` |");
    }
    match escaped.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "no test notices: {}",
            escaped.join(", ")
        ))),
    }
}

/// What is wrong with the list: each mutant must find the text that it changes, once.
pub(crate) fn faults() -> Vec<String> {
    MUTANTS
        .iter()
        .filter_map(|mutant| mutant.changed().err())
        .collect()
}

fn judge(tree: &Tree, mutant: &Mutant) -> Result<Verdict, Failure> {
    for suite in mutant.suites {
        match tree.test(suite)? {
            Verdict::Survived => {}
            verdict => return Ok(verdict),
        }
    }
    Ok(Verdict::Survived)
}

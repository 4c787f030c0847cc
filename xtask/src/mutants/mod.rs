//! The project broken on purpose: each mutant breaks one promise, and some test has to notice.

mod list;
mod mutant;
mod tree;

use self::{
    list::all,
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
    let chosen = all().filter(|mutant| mutant.name.contains(filter));
    let tree = Tree::copy()?;
    let chosen: Vec<&Mutant> = chosen.collect();
    the_sound_one_passes(&tree, &chosen)?;
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

/// What is wrong with the list: each mutant must find the texts that it changes, once.
pub(crate) fn faults() -> Vec<String> {
    all().filter_map(Mutant::fault).collect()
}

/// A test that fails anyhow notices nothing.
fn the_sound_one_passes(tree: &Tree, chosen: &[&Mutant]) -> Result<(), Failure> {
    let mut passed: Vec<&Suite> = Vec::new();
    for suite in chosen.iter().flat_map(|mutant| mutant.suites) {
        if !passed.contains(&suite) {
            if let Verdict::Caught(by) = tree.test(suite)? {
                return Err(Failure::new(format!("without any mutant, `{by}` fails")));
            }
            passed.push(suite);
        }
    }
    Ok(())
}

/// Which test notices a mutant that is in its place.
fn judge(tree: &Tree, mutant: &Mutant) -> Result<Verdict, Failure> {
    for suite in mutant.suites {
        match tree.test(suite)? {
            Verdict::Survived => {}
            verdict => return Ok(verdict),
        }
    }
    Ok(Verdict::Survived)
}

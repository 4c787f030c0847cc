//! Which keys there are, asked before the values are read.

use syn::Meta;

use super::{SHARED_KEYS, UNIT_KEYS, retry};
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Key;
use crate::kind::{ATTRIBUTES, Kind, Subject};

/// How many keys a message lists.
const LISTED: usize = 8;

/// How alike an unknown key and a known one must be for a suggestion (Jaro-Winkler, 1.0 is equal).
const ALIKE: f64 = 0.8;

/// The keys of one attribute, or of one list inside it.
pub(crate) struct Keys {
    owner: String,
    names: Vec<&'static str>,
    subject: Subject,
    refused: &'static [(&'static str, &'static str)],
}

/// Arguments with known keys, each once.
pub(crate) struct Known {
    pub(crate) items: Vec<Meta>,
    /// Whether every key was known.
    pub(crate) complete: bool,
}

impl Keys {
    pub(crate) fn of_attribute<K: Kind>() -> Self {
        let shared = match K::SUBJECT {
            Subject::State => SHARED_KEYS,
            Subject::Unit => UNIT_KEYS,
        };
        let refused = K::REFUSED_KEYS;
        let names = K::OWN_KEYS.iter().chain(shared).copied();
        let taken = names.filter(|name| refused.iter().all(|(key, _)| key != name));
        Self {
            owner: format!("#[{}]", K::ATTRIBUTE),
            names: taken.collect(),
            subject: K::SUBJECT,
            refused,
        }
    }

    /// The keys of a list; `refused` says what to write for words that others use for them.
    pub(crate) fn of_list(
        name: &str,
        keys: &[&'static str],
        refused: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            owner: format!("{name}(..)"),
            names: keys.to_vec(),
            subject: Subject::State,
            refused,
        }
    }

    /// Reports unknown keys and second occurrences, and leaves them out.
    pub(crate) fn known(&self, items: Vec<Meta>, errors: &mut Errors) -> Known {
        let mut known = Known {
            items: Vec::new(),
            complete: true,
        };
        let mut seen = Vec::new();
        for item in items {
            let key = Key::of(item.path());
            if !self.names.contains(&key.name.as_str()) {
                known.complete = false;
                errors.push(self.unknown(&key));
            } else if seen.contains(&key.name) {
                errors.push(twice(&key));
            } else {
                seen.push(key.name);
                known.items.push(item);
            }
        }
        known
    }

    fn unknown(&self, key: &Key) -> syn::Error {
        let name = &key.name;
        if let Some((_, help)) = self.refused.iter().find(|(refused, _)| refused == name) {
            return diag::at(
                key.span,
                format!("`{}` has no key `{name}`", self.owner),
                help,
            );
        }
        if let Some((owner, help)) = elsewhere(name, self.subject) {
            return diag::at(key.span, format!("`{name}` belongs to {owner}"), help);
        }
        let near = nearest(name, self.names.iter().copied());
        let help = near.map_or_else(
            || list("keys", &self.names),
            |near| format!("did you mean `{near}`?"),
        );
        diag::at(
            key.span,
            format!("`{}` has no key `{name}`", self.owner),
            help,
        )
    }
}

/// The known word that `word` looks like.
pub(crate) fn nearest(
    word: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let scored = known.map(|known| (strsim::jaro_winkler(known, word), known));
    let (alike, best) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (alike >= ALIKE).then_some(best)
}

/// The first few of `words`, for a help line.
pub(crate) fn list(noun: &str, words: &[&str]) -> String {
    let listed = words.get(..LISTED).unwrap_or(words).join(", ");
    let more = if words.len() > LISTED { ", .." } else { "" };
    format!("the {noun} are: {listed}{more}")
}

fn twice(key: &Key) -> syn::Error {
    diag::at(
        key.span,
        format!("`{}` is given twice", key.name),
        "keep one of them",
    )
}

/// Where a key that is unknown here is known, and what to do about it.
fn elsewhere(key: &str, subject: Subject) -> Option<(String, String)> {
    let about_runs = retry::KEYS.contains(&key) || SHARED_KEYS.contains(&key);
    if subject == Subject::Unit && about_runs {
        let help = format!("leave `{key}` out: nothing runs here that could fail or change");
        return Some(("jobs that run handlers".to_owned(), help));
    }
    if retry::KEYS.contains(&key) {
        return Some((
            "`retry(..)`".to_owned(),
            format!("write `retry({key} = ..)`"),
        ));
    }
    if SHARED_KEYS.contains(&key) {
        return Some((
            "the attribute itself".to_owned(),
            "move it out of the parentheses".to_owned(),
        ));
    }
    let owners = ATTRIBUTES.iter().filter(|(_, keys)| keys.contains(&key));
    let owners: Vec<_> = owners.map(|(kind, _)| format!("`#[{kind}]`")).collect();
    let help = format!("leave `{key}` out, or declare a job of that kind");
    (!owners.is_empty()).then(|| (owners.join(" and "), help))
}

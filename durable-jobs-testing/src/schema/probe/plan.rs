//! What is tried at each place of a value, and what is learnt from a refusal.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    error::{Refusal, Refused},
    guess::Guess,
};
use crate::schema::{path::Path, shape::Shape};

/// How often a value is tried before the type counts as one that nobody can guess.
const MOST_LEVELS: usize = 16;

/// What kind of request a type has made at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// For a value of a type that it named.
    Typed,
    /// For a map, which may be a struct with flattened fields.
    Map,
    /// For whatever there is.
    Anything,
}

/// How much a value holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// Every option is there, every list has an item.
    Full,
    /// Every option is absent, every list empty.
    Bare,
}

/// What is tried at one place.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// How many values were refused, here and below.
    pub(super) level: usize,
    /// Names of a struct's fields that are others of the same field.
    pub(super) repeated: BTreeSet<String>,
    /// Fields of a struct that does not tell them, because it has flattened ones.
    pub(super) hidden: Vec<&'static str>,
    /// The variants of an enum.
    pub(super) variants: Vec<&'static str>,
    /// Those that were part of a sample.
    seen: BTreeSet<&'static str>,
    /// Those that hold enums of which some variant was not part of a sample yet.
    unfinished: BTreeSet<&'static str>,
    /// Those that cannot end here.
    endless: BTreeSet<&'static str>,
    /// The value where a type takes anything.
    pub(super) guess: Guess,
}

impl Plan {
    /// The variant of an enum that says most: one that no sample shows yet, if there is one.
    pub(super) fn choose(&self, variants: &'static [&'static str]) -> Option<&'static str> {
        let possible = || variants.iter().filter(|name| !self.endless.contains(*name));
        let unseen = possible().find(|name| !self.seen.contains(*name));
        let unfinished = || possible().find(|name| self.unfinished.contains(*name));
        unseen
            .or_else(unfinished)
            .or_else(|| possible().next())
            .copied()
    }

    fn is_unfinished(&self) -> bool {
        let is_unseen =
            |name: &&&str| !self.seen.contains(**name) && !self.endless.contains(**name);
        !self.unfinished.is_empty() || self.variants.iter().any(|name| is_unseen(&name))
    }
}

/// All that is known of a type so far.
#[derive(Debug)]
pub(super) struct Tracer {
    pub(super) fill: Fill,
    pub(super) plans: BTreeMap<Path, Plan>,
    pub(super) shape: Shape,
    /// Where the present value was refused, with the request at that place.
    blamed: Option<(Path, Asked)>,
    /// Enums of the present value with the variant that each has got.
    pub(super) chosen: Vec<(Path, &'static str)>,
    /// Names of the structs and enums that are open.
    pub(super) open: Vec<&'static str>,
    /// The last field that was given, to a struct.
    pub(super) last_field: Option<(Path, String)>,
    /// The last place that took anything.
    last_anything: Option<Path>,
}

impl Tracer {
    pub(super) fn new() -> Self {
        Self {
            fill: Fill::Full,
            plans: BTreeMap::new(),
            shape: Shape::default(),
            blamed: None,
            chosen: Vec::new(),
            open: Vec::new(),
            last_field: None,
            last_anything: None,
        }
    }

    /// Forgets what belongs to one value.
    pub(super) fn begin(&mut self) {
        self.blamed = None;
        self.chosen.clear();
        self.open.clear();
        self.last_field = None;
        self.last_anything = None;
    }

    pub(super) fn plan(&mut self, path: &Path) -> &mut Plan {
        self.plans.entry(path.clone()).or_default()
    }

    /// How many values have been refused at a place and all around it.
    pub(super) fn level(&self, path: &Path) -> usize {
        let around = self
            .plans
            .iter()
            .filter(|(above, _)| path.starts_with(above));
        around.map(|(_, plan)| plan.level).max().unwrap_or(0)
    }

    /// Whether the innermost type that is open is inside of itself.
    pub(super) fn is_nested(&self) -> bool {
        self.open
            .split_last()
            .is_some_and(|(last, above)| above.contains(last))
    }

    pub(super) fn took_anything(&mut self, path: &Path) {
        self.last_anything = Some(path.clone());
    }

    /// The innermost place where a refusal is seen is where it belongs.
    pub(super) fn blame(&mut self, path: &Path, asked: Asked) {
        self.blamed.get_or_insert_with(|| (path.clone(), asked));
    }

    /// Keeps that the present value is a sample. Says whether another one would show more.
    pub(super) fn keep(&mut self) -> bool {
        for (path, variant) in std::mem::take(&mut self.chosen).into_iter().rev() {
            let inside = path.key(variant);
            let is_unfinished = self.is_unfinished_below(&inside);
            let plan = self.plan(&path);
            plan.seen.insert(variant);
            match is_unfinished {
                true => plan.unfinished.insert(variant),
                false => plan.unfinished.remove(variant),
            };
        }
        let guesses = self.plans.values_mut().map(|plan| &mut plan.guess);
        let any_guess = guesses.fold(false, |any, guess| guess.advance() | any);
        any_guess || self.is_unfinished_below(&Path::default())
    }

    fn is_unfinished_below(&self, path: &Path) -> bool {
        let mut plans = self.plans.iter();
        plans.any(|(below, plan)| below.starts_with(path) && plan.is_unfinished())
    }

    /// Changes what is tried next. `None` if nothing is left to try.
    pub(super) fn learn(&mut self, refused: &Refused) -> Option<()> {
        let (path, asked) = self.blamed.take()?;
        match (&refused.refusal, asked) {
            (Refusal::Endless, _) => self.end_earlier(&path),
            (Refusal::Duplicate, Asked::Typed) => {
                let (of, field) = self.last_field.take().filter(|(of, _)| *of == path)?;
                self.plan(&of).repeated.insert(field);
                Some(())
            }
            (_, Asked::Anything) => self.guess_again(&path, &refused.refusal),
            (Refusal::Missing(field), Asked::Map) if !self.plan(&path).hidden.contains(field) => {
                self.plan(&path).hidden.push(field);
                Some(())
            }
            (refusal, Asked::Map) if self.last_anything_below(&path).is_some() => {
                let below = self.last_anything_below(&path)?;
                self.guess_again(&below, refusal)
            }
            _ => self.try_next_level(&path),
        }
    }

    fn last_anything_below(&self, path: &Path) -> Option<Path> {
        let last = self.last_anything.as_ref()?;
        last.starts_with(path).then(|| last.clone())
    }

    fn guess_again(&mut self, path: &Path, refusal: &Refusal) -> Option<()> {
        match self.plan(path).guess.learn(refusal) {
            true => Some(()),
            false => self.try_next_level(path),
        }
    }

    fn try_next_level(&mut self, path: &Path) -> Option<()> {
        let plan = self.plan(path);
        plan.level += 1;
        (plan.level < MOST_LEVELS).then_some(())
    }

    /// The innermost enum around a place gets another variant.
    fn end_earlier(&mut self, path: &Path) -> Option<()> {
        let around = |(at, _): &&(Path, &str)| path.starts_with(at);
        let (at, variant) = self.chosen.iter().rev().find(around)?.clone();
        self.plan(&at).endless.insert(variant);
        Some(())
    }
}

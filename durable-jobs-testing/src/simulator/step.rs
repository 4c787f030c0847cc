//! The steps of a story.

use std::fmt;

use super::{
    Simulation,
    odds::{Place, Site},
};

/// The steps of a story, made by [`Simulation::steps`].
#[derive(Debug)]
pub struct Steps<'a> {
    simulation: &'a Simulation,
    next: u32,
    end: u32,
}

impl<'a> Steps<'a> {
    pub(super) fn new(simulation: &'a Simulation, number: u32) -> Self {
        // What happens before the first step has the number 0.
        let (next, end) = (1, number.saturating_add(1));
        Self {
            simulation,
            next,
            end,
        }
    }
}

impl Iterator for Steps<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        while self.next < self.end {
            let number = self.next;
            self.next += 1;
            let step = self.simulation.enter(number);
            if step.is_some() {
                return step;
            }
        }
        self.simulation.check();
        None
    }
}

/// One step of a story.
pub struct Step {
    simulation: Simulation,
    number: u32,
    rng: fastrand::Rng,
}

impl Step {
    pub(super) fn new(simulation: Simulation, number: u32) -> Self {
        let place = Place {
            step: number,
            site: Site::Step,
            nth: u32::MAX,
        };
        let rng = place.rng(simulation.seed());
        Self {
            simulation,
            number,
            rng,
        }
    }

    /// Which one it is, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Numbers that this step of this seed draws, whichever other steps are made.
    pub fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    /// One of these.
    ///
    /// # Panics
    ///
    /// When there are none.
    pub fn pick<T, const N: usize>(&mut self, choices: [T; N]) -> T {
        let chosen = self.rng.usize(..N);
        let mut choices = choices.into_iter();
        choices.nth(chosen).expect("there is something to choose")
    }

    /// Says for people what the step does: a line of the story that is told if it fails.
    pub fn note(&self, does: impl fmt::Display) {
        self.simulation.note(None, format!("    {does}"));
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

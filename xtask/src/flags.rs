//! What follows a command: `--name` and `--name N`.

use std::str::FromStr;

use crate::command::Failure;

/// The flags of a command that have not been taken yet.
#[derive(Debug)]
pub(crate) struct Flags<'a> {
    rest: Vec<&'a str>,
    usage: &'static str,
}

impl<'a> Flags<'a> {
    /// Those that were given; `usage` is the line that shows all there are.
    pub(crate) fn new(arguments: &[&'a str], usage: &'static str) -> Self {
        let rest = arguments.to_vec();
        Self { rest, usage }
    }

    /// Takes a flag that stands alone, and answers whether it was there.
    pub(crate) fn has(&mut self, name: &str) -> bool {
        let place = self.place_of(name);
        place.map(|place| self.rest.remove(place)).is_some()
    }

    /// Takes a flag with its number, if it is there.
    pub(crate) fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let Some(place) = self.place_of(name) else {
            return Ok(None);
        };
        self.rest.remove(place);
        if place == self.rest.len() {
            return Err(self.wrong(&format!("{name} needs a number")));
        }
        let text = self.rest.remove(place);
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.wrong(&format!("{name} needs a number, and `{text}` is none"))),
        }
    }

    /// Sees that nothing is left: everything has been taken that there is.
    pub(crate) fn end(self) -> Result<(), Failure> {
        match self.rest.first() {
            None => Ok(()),
            Some(&("--help" | "-h")) => Err(Failure::new(format!("usage: {}", self.usage))),
            Some(unknown) => Err(self.wrong(&format!("`{unknown}` is not known here"))),
        }
    }

    fn place_of(&self, name: &str) -> Option<usize> {
        self.rest.iter().position(|given| *given == name)
    }

    fn wrong(&self, what: &str) -> Failure {
        Failure::new(format!("{what}\nusage: {}", self.usage))
    }
}

#[cfg(test)]
mod tests {
    use super::Flags;

    const USAGE: &str = "cargo xtask try [--fast] [--times N]";

    #[test]
    fn flags_come_in_any_order() {
        for arguments in [["--fast", "--times", "7"], ["--times", "7", "--fast"]] {
            let mut flags = Flags::new(&arguments, USAGE);
            assert_eq!(flags.number::<u32>("--times").unwrap(), Some(7));
            assert!(flags.has("--fast"));
            assert_eq!(flags.number::<u32>("--times").unwrap(), None);
            assert!(!flags.has("--fast"));
            flags.end().unwrap();
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_there_is() {
        let number = |arguments: &[&str]| {
            let mut flags = Flags::new(arguments, USAGE);
            flags.number::<u32>("--times").unwrap_err().to_string()
        };
        let end = |argument| {
            Flags::new(&[argument], USAGE)
                .end()
                .unwrap_err()
                .to_string()
        };
        let wrong = [
            (number(&["--times"]), "--times needs a number\n"),
            (
                number(&["--times", "x"]),
                "--times needs a number, and `x` is none\n",
            ),
            (end("--slow"), "`--slow` is not known here\n"),
            (end("--help"), ""),
        ];
        for (told, what) in wrong {
            assert_eq!(told, format!("{what}usage: {USAGE}"));
        }
    }
}

//! Reads of a wasm module what its code is called and how long it is.
//!
//! See <https://webassembly.github.io/spec/core/binary/modules.html>, and its appendix on names.

use std::collections::BTreeMap;

/// A function of a module.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    /// Empty if the module does not tell.
    pub(super) name: String,
    pub(super) bytes: usize,
}

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const FUNCTION_NAMES: u8 = 1;

/// All functions that a module brings; `None` if it is none.
pub(super) fn functions(module: &[u8]) -> Option<Vec<Function>> {
    let mut rest = Bytes(module.strip_prefix(b"\0asm\x01\0\0\0")?);
    let (mut imported, mut lengths, mut names) = (0, Vec::new(), BTreeMap::new());
    while !rest.0.is_empty() {
        let kind = rest.byte()?;
        let mut section = rest.block()?;
        match kind {
            IMPORT => imported = imported_functions(section)?,
            CODE => lengths = section.list(|code| Some(code.block()?.0.len()))?,
            CUSTOM if section.text()? == "name" => names = function_names(section)?,
            _ => {}
        }
    }
    let named = lengths.into_iter().zip(imported..).map(|(bytes, index)| {
        let name = names.remove(&index).unwrap_or_default();
        Function { name, bytes }
    });
    Some(named.collect())
}

/// Imported functions are numbered before those that the module brings.
fn imported_functions(mut section: Bytes<'_>) -> Option<u32> {
    let kinds = section.list(|import| {
        import.text()?;
        import.text()?;
        let kind = import.byte()?;
        match kind {
            0 => _ = import.number()?,
            1 => {
                import.byte()?;
                import.limits()?;
            }
            2 => import.limits()?,
            _ => {
                import.byte()?;
                import.byte()?;
            }
        }
        Some(kind)
    })?;
    u32::try_from(kinds.iter().filter(|kind| **kind == 0).count()).ok()
}

fn function_names(mut section: Bytes<'_>) -> Option<BTreeMap<u32, String>> {
    while !section.0.is_empty() {
        let kind = section.byte()?;
        let mut names = section.block()?;
        if kind == FUNCTION_NAMES {
            let names = names.list(|name| Some((name.number()?, name.text()?.to_owned())))?;
            return Some(names.into_iter().collect());
        }
    }
    Some(BTreeMap::new())
}

/// What has not been read yet.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Seven bits in each byte, the lowest first.
    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Bytes that are preceded by their number.
    fn block(&mut self) -> Option<Self> {
        let length = self.number()?;
        let (block, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(Self(block))
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.block()?.0).ok()
    }

    /// Items that are preceded by their number.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.number()?).map(|_| item(self)).collect()
    }

    /// The least size of a memory or a table, and the greatest, if a bit says so.
    fn limits(&mut self) -> Option<()> {
        let has_greatest = self.byte()? & 1 == 1;
        self.number()?;
        if has_greatest {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Function, functions};

    #[test]
    fn imported_functions_have_the_first_numbers() {
        let module = [
            b"\0asm\x01\0\0\0".as_slice(),
            b"\x02\x07\x01\x01a\x01b\x00\x00",
            b"\x0a\x08\x02\x03\x00\x01\x0b\x02\x00\x0b",
            b"\x00\x0e\x04name\x01\x07\x01\x01\x04main",
        ];
        let main = Function {
            name: "main".to_owned(),
            bytes: 3,
        };
        let other = Function {
            name: String::new(),
            bytes: 2,
        };
        assert_eq!(functions(&module.concat()), Some(vec![main, other]));
    }

    #[test]
    fn a_number_has_seven_bits_in_each_byte() {
        assert_eq!(Bytes(&[0xe5, 0x8e, 0x26]).number(), Some(624_485));
        assert_eq!(Bytes(&[0x80]).number(), None);
    }

    #[test]
    fn what_is_no_module_has_no_functions() {
        assert_eq!(functions(b"PNG"), None);
    }
}

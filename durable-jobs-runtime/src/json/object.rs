//! Objects, as they are written.

use super::WriteJson;

/// The name of a field as it is written, with its quotes and its colon: made by [`key!`] only.
#[derive(Clone, Copy)]
pub(crate) struct Key(pub(crate) &'static str);

/// The [`Key`] of a field whose name needs no escapes.
macro_rules! key {
    ($name:expr) => {
        $crate::json::Key(concat!("\"", $name, "\":"))
    };
}
pub(crate) use key;

/// An object of which some fields are written.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    before: u8,
}

impl<'a> Object<'a> {
    pub(crate) fn begin(out: &'a mut Vec<u8>) -> Self {
        Self { out, before: b'{' }
    }

    /// Writes a field whose name is one of ours.
    #[inline(never)]
    pub(crate) fn put(&mut self, key: Key, value: &dyn WriteJson) {
        self.part();
        self.out.extend_from_slice(key.0.as_bytes());
        value.write_json(self.out);
    }

    /// Writes a field of any name, which is a text in JSON.
    pub(crate) fn put_named(&mut self, name: &dyn WriteJson, value: &dyn WriteJson) {
        self.part();
        name.write_json(self.out);
        self.out.push(b':');
        value.write_json(self.out);
    }

    fn part(&mut self) {
        self.out.push(self.before);
        self.before = b',';
    }

    /// Writes a field that is read as its default where it is missing.
    #[inline(never)]
    pub(crate) fn put_unless_default(&mut self, key: Key, value: &dyn WriteJson) {
        if !value.is_default() {
            self.put(key, value);
        }
    }

    #[inline(never)]
    pub(crate) fn end(self) {
        if self.before == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }
}

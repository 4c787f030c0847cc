//! One place of a value: whatever a type asks for there, it gets.

use std::cell::RefCell;

use serde::de::{
    DeserializeSeed, Deserializer, IntoDeserializer, Visitor, value::StringDeserializer,
};
use serde_json::Value;

use super::{
    compound::{Entries, Fields, Items, Variant},
    error::Refused,
    plan::{Asked, Fill, Tracer},
};
use crate::schema::path::{Path, Step};

/// What a string is tried to be, until a type takes one.
const TEXTS: [&str; 15] = [
    "text",
    "x",
    "0",
    "1",
    "2020-02-29T12:34:56Z",
    "2020-02-29T12:34:56",
    "2020-02-29",
    "12:34:56",
    "01234567-89ab-4cde-8f01-23456789abcd",
    "https://example.com/",
    "192.0.2.1",
    "192.0.2.1:80",
    "someone@example.com",
    "30s",
    "",
];

/// One place of a value.
pub(super) struct Node<'a> {
    tracer: &'a RefCell<Tracer>,
    path: Path,
    asked: std::rc::Rc<std::cell::Cell<Asked>>,
}

impl<'a> Node<'a> {
    pub(super) fn new(tracer: &'a RefCell<Tracer>, path: Path) -> Self {
        let asked = std::rc::Rc::new(std::cell::Cell::new(Asked::Typed));
        Self {
            tracer,
            path,
            asked,
        }
    }

    /// Lets a type read itself here; a refusal that comes from no place inside belongs to this one.
    pub(super) fn read<'de, S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refused> {
        let (tracer, path) = (self.tracer, self.path.clone());
        let asked = std::rc::Rc::clone(&self.asked);
        let read = seed.deserialize(self);
        if read.is_err() {
            tracer.borrow_mut().blame(&path, asked.get());
        }
        read
    }

    fn note(&self, what: &str) {
        let mut tracer = self.tracer.borrow_mut();
        if tracer.fill == Fill::Full {
            tracer.shape.note(&self.path, what);
        }
    }

    fn level(&self) -> usize {
        self.tracer.borrow().level(&self.path)
    }

    /// Whether what may be absent is absent here.
    fn is_bare(&self) -> bool {
        let tracer = self.tracer.borrow();
        tracer.fill == Fill::Bare || tracer.is_nested()
    }

    fn text(&self) -> &'static str {
        TEXTS.get(self.level()).copied().unwrap_or_default()
    }

    /// Opens a struct or an enum, unless it is inside of itself too often.
    fn open<T>(
        self,
        name: &'static str,
        inside: impl FnOnce(Self) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let tracer = self.tracer;
        let open = tracer
            .borrow()
            .open
            .iter()
            .filter(|open| **open == name)
            .count();
        if open > 2 {
            return Err(Refused::endless());
        }
        tracer.borrow_mut().open.push(name);
        let result = inside(self);
        tracer.borrow_mut().open.pop();
        result
    }
}

/// Numbers at the edge of a type first, then ones that are sure to mean something.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident $name:literal [$first:expr, $then:expr, $last:expr];)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            self.note($name);
            let number = [$first, $then].get(self.level()).copied().unwrap_or($last);
            visitor.$visit(number)
        })*
    };
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Refused;

    numbers! {
        deserialize_u8 visit_u8 "u8" [u8::MAX, 1, 0];
        deserialize_u16 visit_u16 "u16" [u16::MAX, 1, 0];
        deserialize_u32 visit_u32 "u32" [u32::MAX, 1, 0];
        deserialize_u64 visit_u64 "u64" [u64::MAX, 1, 0];
        deserialize_i8 visit_i8 "i8" [i8::MIN, 1, 0];
        deserialize_i16 visit_i16 "i16" [i16::MIN, 1, 0];
        deserialize_i32 visit_i32 "i32" [i32::MIN, 1, 0];
        deserialize_i64 visit_i64 "i64" [i64::MIN, 1, 0];
        deserialize_f32 visit_f32 "f32" [0.5, 1.0, 0.0];
        deserialize_f64 visit_f64 "f64" [0.5, 1.0, 0.0];
        deserialize_bool visit_bool "bool" [true, false, true];
        deserialize_char visit_char "char" ['x', '0', ' '];
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.asked.set(Asked::Anything);
        let mut tracer = self.tracer.borrow_mut();
        tracer.took_anything(&self.path);
        tracer.shape.note_anything(&self.path);
        let value = tracer.plan(&self.path).guess.value.clone();
        drop(tracer);
        Given(value).deserialize_any(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.note("string");
        visitor.visit_str(self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.note("string");
        visitor.visit_str(self.text())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.note("bytes");
        visitor.visit_bytes(b"bytes")
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.note("bytes");
        visitor.visit_bytes(b"bytes")
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.tracer.borrow_mut().shape.note_optional(&self.path);
        match self.is_bare() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.note("nothing");
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.open(name, |node| visitor.visit_newtype_struct(node))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.note("list");
        let steps = match self.is_bare() {
            true => vec![],
            false => vec![Step::EveryItem],
        };
        visitor.visit_seq(Items::new(self.tracer, self.path, steps))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.note(&format!("list of {length}"));
        let steps = (0..length).map(Step::Index).collect();
        visitor.visit_seq(Items::new(self.tracer, self.path, steps))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.open(name, |node| node.deserialize_tuple(length, visitor))
    }

    /// A map, or a struct with flattened fields: which of them shows only in what it refuses.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.asked.set(Asked::Map);
        let hidden = self.tracer.borrow_mut().plan(&self.path).hidden.clone();
        self.note(if hidden.is_empty() { "map" } else { "object" });
        if !hidden.is_empty() {
            let fields = hidden.into_iter();
            return visitor.visit_map(Fields::new(self.tracer, self.path, fields));
        }
        let entries = usize::from(!self.is_bare());
        visitor.visit_map(Entries::new(self.tracer, self.path, entries))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.note("object");
        self.open(name, |node| {
            let mut tracer = node.tracer.borrow_mut();
            let repeated = &tracer.plan(&node.path).repeated;
            let is_one = |field: &&str| !repeated.contains(*field);
            let fields: Vec<_> = fields.iter().copied().filter(is_one).collect();
            drop(tracer);
            visitor.visit_map(Fields::new(node.tracer, node.path, fields.into_iter()))
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.note(&format!("one of {}", variants.join(", ")));
        self.open(name, |node| {
            let mut tracer = node.tracer.borrow_mut();
            let plan = tracer.plan(&node.path);
            plan.variants = variants.to_vec();
            let variant = plan.choose(variants).ok_or_else(Refused::endless)?;
            tracer.chosen.push((node.path.clone(), variant));
            drop(tracer);
            visitor.visit_enum(Variant::new(node.tracer, node.path, variant))
        })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_str(self.text())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }
}

/// A value for a type that takes anything.
struct Given(Value);

impl<'de> IntoDeserializer<'de, Refused> for Given {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Given {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, number) => visitor.visit_f64(number.unwrap_or_default()),
            },
            Value::String(text) => {
                StringDeserializer::<Refused>::new(text).deserialize_any(visitor)
            }
            Value::Array(items) => {
                let items = items.into_iter().map(Self);
                visitor.visit_seq(serde::de::value::SeqDeserializer::new(items))
            }
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(key, value)| (key, Self(value)));
                visitor.visit_map(serde::de::value::MapDeserializer::new(fields))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

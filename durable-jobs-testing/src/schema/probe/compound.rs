//! Parts of a value that have parts themselves.

use std::cell::RefCell;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::{error::Refused, node::Node, plan::Tracer};
use crate::schema::path::{Path, Step};

/// The items of a list or a tuple.
pub(super) struct Items<'a> {
    tracer: &'a RefCell<Tracer>,
    path: Path,
    steps: std::vec::IntoIter<Step>,
}

impl<'a> Items<'a> {
    pub(super) fn new(tracer: &'a RefCell<Tracer>, path: Path, steps: Vec<Step>) -> Self {
        let steps = steps.into_iter();
        Self {
            tracer,
            path,
            steps,
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Refused;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        let Some(step) = self.steps.next() else {
            return Ok(None);
        };
        let node = Node::new(self.tracer, self.path.with(step));
        node.read(seed).map(Some)
    }
}

/// The entries of a map.
pub(super) struct Entries<'a> {
    tracer: &'a RefCell<Tracer>,
    path: Path,
    left: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn new(tracer: &'a RefCell<Tracer>, path: Path, left: usize) -> Self {
        Self { tracer, path, left }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refused;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let key = self.path.key("(key)");
        Node::new(self.tracer, key).read(seed).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        Node::new(self.tracer, self.path.with(Step::EveryKey)).read(seed)
    }
}

/// The fields of a struct.
pub(super) struct Fields<'a, F> {
    tracer: &'a RefCell<Tracer>,
    path: Path,
    fields: F,
    field: &'static str,
}

impl<'a, F: Iterator<Item = &'static str>> Fields<'a, F> {
    pub(super) fn new(tracer: &'a RefCell<Tracer>, path: Path, fields: F) -> Self {
        Self {
            tracer,
            path,
            fields,
            field: "",
        }
    }
}

impl<'de, F: Iterator<Item = &'static str>> MapAccess<'de> for Fields<'_, F> {
    type Error = Refused;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        let Some(field) = self.fields.next() else {
            return Ok(None);
        };
        self.field = field;
        self.tracer.borrow_mut().last_field = Some((self.path.clone(), field.to_owned()));
        seed.deserialize(IntoDeserializer::<Refused>::into_deserializer(field))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        Node::new(self.tracer, self.path.key(self.field)).read(seed)
    }
}

/// One variant of an enum.
pub(super) struct Variant<'a> {
    tracer: &'a RefCell<Tracer>,
    path: Path,
    variant: &'static str,
}

impl<'a> Variant<'a> {
    pub(super) fn new(tracer: &'a RefCell<Tracer>, path: Path, variant: &'static str) -> Self {
        Self {
            tracer,
            path,
            variant,
        }
    }

    fn inside(&self) -> Node<'_> {
        Node::new(self.tracer, self.path.key(self.variant))
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Refused;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Refused> {
        let name = IntoDeserializer::<Refused>::into_deserializer(self.variant);
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refused> {
        self.inside().read(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.inside().deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.inside()
            .deserialize_struct(self.variant, fields, visitor)
    }
}

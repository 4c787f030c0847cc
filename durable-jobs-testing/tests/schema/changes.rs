//! One change of a type each, and the verdict.

#![allow(dead_code, reason = "the types are only stored")]

use std::collections::{BTreeMap, HashMap};

use expect_test::{Expect, expect};
use serde::{Deserialize, Serialize};

use crate::stored::{Stored, verdict};

fn check<Before: Stored, After: Stored>(wanted: Expect) {
    wanted.assert_eq(&verdict::<Before, After>());
}

/// Two versions of a program, in which the same names stand for other types.
macro_rules! change {
    ($name:ident { $($before:tt)* } => { $($after:tt)* } $wanted:expr) => {
        #[test]
        fn $name() {
            mod before {
                use super::*;
                $($before)*
            }
            mod after {
                use super::*;
                $($after)*
            }
            check::<before::State, after::State>($wanted);
        }
    };
}

macro_rules! types {
    ($($(#[$attribute:meta])* $what:ident $name:ident $body:tt $($semicolon:literal)?)*) => {
        $(#[derive(Serialize, Deserialize)] $(#[$attribute])* pub(crate) $what $name $body)*
    };
}

change! { nothing { types! { struct State { total: u64, note: Option<String> } } }
=> { types! { struct State { total: u64, note: Option<String> } } } expect!["compatible"] }

change! { a_field_is_renamed { types! { struct State { total: u64, note: String } } }
=> { types! { struct State { sum: u64, note: String } } } expect![[r#"
          `sum` is new: u64: missing field `sum`
          `total` was u64, is gone"#]] }

change! { a_field_is_renamed_with_an_alias { types! { struct State { total: u64 } } }
=> { types! { struct State { #[serde(alias = "total")] sum: u64 } } } expect!["compatible"] }

change! { a_field_is_renamed_with_a_default { types! { struct State { total: u64 } } }
=> { types! { struct State { #[serde(default)] sum: u64 } } } expect!["`total` was u64, is gone: what is stored there would be lost without a word"] }

change! { a_field_is_renamed_in_rust_only { types! { struct State { total: u64 } } }
=> { types! { struct State { #[serde(rename = "total")] sum: u64 } } } expect!["compatible"] }

change! { a_field_is_removed { types! { struct State { total: u64, note: String } } }
=> { types! { struct State { total: u64 } } } expect!["`note` was string, is gone: what is stored there would be lost without a word"] }

change! { an_optional_field_is_removed { types! { struct State { total: u64, note: Option<String> } } }
=> { types! { struct State { total: u64 } } } expect!["`note` was string, optional, may be missing, is gone: what is stored there would be lost without a word"] }

change! { a_field_is_skipped_from_now_on { types! { struct State { total: u64, note: String } } }
=> { types! { struct State { total: u64, #[serde(skip)] note: String } } } expect!["`note` was string, is gone: what is stored there would be lost without a word"] }

change! { a_skipped_field_is_removed { types! { struct State { total: u64, #[serde(skip)] note: String } } }
=> { types! { struct State { total: u64 } } } expect!["compatible"] }

change! { a_number_becomes_a_text { types! { struct State { total: u64 } } }
=> { types! { struct State { total: String } } } expect!["`total` was u64, is string: invalid type: integer `18446744073709551615`, expected a string"] }

change! { a_number_becomes_narrower { types! { struct State { total: u64 } } }
=> { types! { struct State { total: u32 } } } expect!["`total` was u64, is u32: invalid value: integer `18446744073709551615`, expected u32"] }

change! { a_number_becomes_wider { types! { struct State { total: u32 } } }
=> { types! { struct State { total: u64 } } } expect!["compatible"] }

change! { a_signed_number_loses_its_sign { types! { struct State { total: i64 } } }
=> { types! { struct State { total: u64 } } } expect!["`total` was i64, is u64: invalid value: integer `-9223372036854775808`, expected u64"] }

change! { a_whole_number_becomes_a_fraction { types! { struct State { total: u64 } } }
=> { types! { struct State { total: f64 } } } expect!["`total` was u64, is f64: a stored 18446744073709551615 is read as 1.8446744073709552e+19"] }

change! { a_field_is_added { types! { struct State { total: u64 } } }
=> { types! { struct State { total: u64, note: String } } } expect!["`note` is new: string: missing field `note`"] }

change! { a_field_is_added_with_a_default { types! { struct State { total: u64 } } }
=> { types! { struct State { total: u64, #[serde(default)] note: String } } } expect!["compatible"] }

change! { an_optional_field_is_added { types! { struct State { total: u64 } } }
=> { types! { struct State { total: u64, note: Option<String> } } } expect!["compatible"] }

change! { a_field_becomes_optional { types! { struct State { total: u64 } } }
=> { types! { struct State { total: Option<u64> } } } expect!["compatible"] }

change! { an_optional_field_becomes_required { types! { struct State { total: Option<u64> } } }
=> { types! { struct State { total: u64 } } } expect!["`total` was u64, optional, may be missing, is u64: invalid type: null, expected u64"] }

change! { fields_are_reordered { types! { struct State { total: u64, note: String } } }
=> { types! { struct State { note: String, total: u64 } } } expect!["compatible"] }

change! { all_fields_are_renamed { types! { struct State { first_name: String, last_name: String } } }
=> { types! { #[serde(rename_all = "camelCase")] struct State { first_name: String, last_name: String } } } expect![[r#"
          `firstName` is new: string: missing field `firstName`
          `first_name` was string, is gone
          `last_name` was string, is gone
          `lastName` is new: string"#]] }

change! { a_variant_is_added { types! { enum State { New, Placed { total: u64 } } } }
=> { types! { enum State { New, Placed { total: u64 }, Shipped } } } expect!["compatible"] }

change! { a_variant_is_removed { types! { enum State { New, Placed { total: u64 }, Shipped { by: String } } } }
=> { types! { enum State { New, Placed { total: u64 } } } } expect![[r#"
          `(itself)` was one of New, Placed, Shipped, is one of New, Placed: unknown variant `Shipped`, expected `New` or `Placed`
          `Shipped` was object, is gone"#]] }

change! { a_variant_is_renamed { types! { enum State { New, Placed { total: u64 } } } }
=> { types! { enum State { New, Ordered { total: u64 } } } } expect![[r#"
          `(itself)` was one of New, Placed, is one of New, Ordered: unknown variant `Placed`, expected `New` or `Ordered`
          `Placed` was object, is gone
          `Ordered` is new: object"#]] }

change! { variants_are_reordered { types! { enum State { New, Placed { total: u64 }, Shipped(String) } } }
=> { types! { enum State { Shipped(String), Placed { total: u64 }, New } } } expect!["compatible"] }

change! { a_field_of_a_variant_is_renamed { types! { enum State { New, Placed { total: u64 } } } }
=> { types! { enum State { New, Placed { #[serde(default)] sum: u64 } } } } expect!["`Placed.total` was u64, is gone: what is stored there would be lost without a word"] }

change! { a_variant_becomes_another_kind { types! { enum State { New, Placed(u64) } } }
=> { types! { enum State { New, Placed { total: u64 } } } } expect!["`Placed` was u64, is object: invalid type: integer `18446744073709551615`, expected struct variant"] }

change! { a_nested_field_is_removed {
    types! { struct State { lines: Vec<Line> } struct Line { name: String, price: f64 } }
} => {
    types! { struct State { lines: Vec<Line> } struct Line { name: String } }
} expect!["`lines[].price` was f64, is gone: what is stored there would be lost without a word"] }

change! { a_nested_field_is_added {
    types! { struct State { lines: Vec<Line> } struct Line { name: String } }
} => {
    types! { struct State { lines: Vec<Line> } struct Line { name: String, price: f64 } }
} expect!["`lines[].price` is new: f64: missing field `price`"] }

change! { a_nested_enum_loses_a_variant {
    types! { struct State { lines: Vec<Line> } enum Line { Item { price: f64 }, Gift(Why) } enum Why { Birthday, Other(String) } }
} => {
    types! { struct State { lines: Vec<Line> } enum Line { Item { price: f64 }, Gift(Why) } enum Why { Birthday } }
} expect!["`lines[].Gift` was one of Birthday, Other, is one of Birthday: unknown variant `Other`, expected `Birthday`"] }

change! { a_tuple_grows { types! { struct State { place: (u8, String) } } }
=> { types! { struct State { place: (u8, String, bool) } } } expect!["`place` was list of 2, is list of 3: invalid length 2, expected a tuple of size 3"] }

change! { a_tuple_shrinks { types! { struct State { place: (u8, String) } } }
=> { types! { struct State { place: (u8,) } } } expect!["`place` was list of 2, is list of 1: invalid length 2, expected fewer elements in array"] }

change! { the_values_of_a_map_change { types! { struct State { notes: BTreeMap<String, u64> } } }
=> { types! { struct State { notes: BTreeMap<String, bool> } } } expect!["`notes.*` was u64, is bool: invalid type: integer `18446744073709551615`, expected a boolean"] }

change! { the_keys_of_a_map_change { types! { struct State { notes: BTreeMap<String, u64> } } }
=> { types! { struct State { notes: BTreeMap<u8, u64> } } } expect![[r#"
          `notes.*` (u64): invalid value: expected key to be a number in quotes
          `notes.(key)` was string, is u8"#]] }

change! { a_map_becomes_another_map { types! { struct State { notes: BTreeMap<String, u64> } } }
=> { types! { struct State { notes: HashMap<String, u64> } } } expect!["compatible"] }

change! { a_list_becomes_a_map { types! { struct State { notes: Vec<u64> } } }
=> { types! { struct State { notes: BTreeMap<String, u64> } } } expect!["`notes` was list, is map: invalid type: sequence, expected a map"] }

change! { a_value_becomes_a_newtype { types! { struct State { total: u64 } } }
=> { types! { struct State { total: Cents } } #[derive(Serialize, Deserialize)] pub(crate) struct Cents(u64); } expect!["compatible"] }

change! { a_newtype_becomes_a_struct {
    types! { struct State { total: Cents } } #[derive(Serialize, Deserialize)] pub(crate) struct Cents(u64);
} => {
    types! { struct State { total: Cents } struct Cents { amount: u64 } }
} expect!["`total` was u64, is object: invalid type: integer `18446744073709551615`, expected struct Cents"] }

change! { a_struct_becomes_a_flattened_one { types! { struct State { total: u64, note: String } } }
=> { types! { struct State { total: u64, #[serde(flatten)] rest: Rest } struct Rest { note: String } } } expect!["compatible"] }

change! { a_flattened_field_is_removed {
    types! { struct State { total: u64, #[serde(flatten)] rest: Rest } struct Rest { note: String, by: Option<u32> } }
} => {
    types! { struct State { total: u64, #[serde(flatten)] rest: Rest } struct Rest { by: Option<u32> } }
} expect!["`note` was string, is number: what is stored there would be lost without a word"] }

change! { a_flattened_field_is_added_with_a_default {
    types! { struct State { total: u64, #[serde(flatten)] rest: Rest } struct Rest { note: String } }
} => {
    types! { struct State { total: u64, #[serde(flatten)] rest: Rest } struct Rest { note: String, #[serde(default)] by: u32 } }
} expect!["compatible"] }

change! { an_enum_gets_a_tag { types! { enum State { New { total: u64 }, Placed { total: u64 } } } }
=> { types! { #[serde(tag = "type")] enum State { New { total: u64 }, Placed { total: u64 } } } } expect![[r#"
          `type` is new: string: missing field `type`
          `(itself)` was one of New, Placed, is object
          `New` was object, is gone
          `New.total` was u64, is gone
          `Placed` was object, is gone
          `Placed.total` was u64, is gone
          `total` is new: number"#]] }

change! { a_variant_of_a_tagged_enum_is_removed {
    types! { #[serde(tag = "type")] enum State { New { total: u64 }, Placed { by: String }, Gone } }
} => {
    types! { #[serde(tag = "type")] enum State { New { total: u64 }, Gone } }
} expect![[r#"
          `type` (string): unknown variant `Placed`, expected `New` or `Gone`
          `by` was string, is gone"#]] }

change! { a_variant_of_a_tagged_enum_is_added {
    types! { #[serde(tag = "type")] enum State { New { total: u64 } } }
} => {
    types! { #[serde(tag = "type")] enum State { New { total: u64 }, Gone } }
} expect!["compatible"] }

change! { a_field_of_a_tagged_enum_is_retyped {
    types! { struct State { order: Order } #[serde(tag = "type")] enum Order { New { total: u64 }, Placed { by: String } } }
} => {
    types! { struct State { order: Order } #[serde(tag = "type")] enum Order { New { total: u64 }, Placed { by: bool } } }
} expect![[r#"
          `order` (object): invalid type: string "text", expected a boolean
          `order.by` was string, is bool"#]] }

change! { a_variant_of_an_adjacently_tagged_enum_is_removed {
    types! { #[serde(tag = "type", content = "is")] enum State { New(u64), Placed { by: String } } }
} => {
    types! { #[serde(tag = "type", content = "is")] enum State { New(u64) } }
} expect![[r#"
          `type` was one of New, Placed, is one of New: unknown variant `Placed`, expected `New`
          `is.by` was string, is gone"#]] }

change! { the_tag_is_renamed {
    types! { #[serde(tag = "type")] enum State { New { total: u64 } } }
} => {
    types! { #[serde(tag = "kind")] enum State { New { total: u64 } } }
} expect![[r#"
          `kind` is new: string: missing field `kind`
          `type` was string, is gone"#]] }

change! { an_untagged_enum_loses_a_type {
    types! { struct State { amount: Amount } #[serde(untagged)] enum Amount { Switch(bool), Whole(u64) } }
} => {
    types! { struct State { amount: Amount } #[serde(untagged)] enum Amount { Whole(u64) } }
} expect!["`amount` was bool, is number: data did not match any variant of untagged enum Amount"] }

change! { a_recursive_type_changes_inside {
    types! { struct State { name: String, children: Vec<State> } }
} => {
    types! { struct State { name: u8, children: Vec<State> } }
} expect![[r#"
          `children[].name` was string, is u8: invalid type: string "text", expected u8
          `name` was string, is u8: invalid type: string "text", expected u8"#]] }

change! { a_recursive_enum_loses_a_variant {
    types! { enum State { Sum(Box<State>, Box<State>), Not(Box<State>), Number(i32), Unit } }
} => {
    types! { enum State { Sum(Box<State>, Box<State>), Number(i32), Unit } }
} expect![[r#"
          `(itself)` was one of Sum, Not, Number, Unit, is one of Sum, Number, Unit: unknown variant `Not`, expected one of `Sum`, `Number`, `Unit`
          `Sum[0]` was one of Sum, Not, Number, Unit, is one of Sum, Number, Unit: unknown variant `Not`, expected one of `Sum`, `Number`, `Unit`
          `Not` was one of Sum, Not, Number, Unit, is gone"#]] }

change! { an_optional_field_of_a_tagged_enum_is_removed {
    types! { #[serde(tag = "type")] enum State { New { total: u64, note: Option<String>, lines: Vec<u64> } } }
} => {
    types! { #[serde(tag = "type")] enum State { New { total: u64 } } }
} expect![[r#"
          `lines[]` was number, is gone: what is stored there would be lost without a word
          `note` was string, may be missing, is gone: what is stored there would be lost without a word
          `lines` was list, is gone"#]] }

change! { unknown_fields_are_refused_from_now_on { types! { struct State { total: u64, #[serde(default)] note: String } } }
=> { types! { #[serde(deny_unknown_fields)] struct State { total: u64 } } } expect!["`note` was string, may be missing, is gone: unknown field `note`, expected `total`"] }

change! { an_optional_field_is_written_only_where_it_is { types! { struct State { total: u64, note: Option<String> } } }
=> { types! { struct State { total: u64, #[serde(skip_serializing_if = "Option::is_none")] note: Option<String> } } } expect!["compatible"] }

change! { a_default_is_taken_away { types! { struct State { total: u64, #[serde(default)] note: String } } }
=> { types! { struct State { total: u64, note: String } } } expect!["compatible"] }

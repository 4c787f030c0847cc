//! What differs between targets: whether futures and services must be `Send`. Nothing else does.

use std::{future::Future, pin::Pin};

#[cfg(not(target_family = "wasm"))]
mod bounds {
    /// The bound on the futures of handlers: `Send`, except on wasm, where it asks for nothing.
    pub use std::marker::Send as SendOffWasm;

    /// `Send`, except on wasm, where every type has it.
    pub trait MaybeSend: Send {}
    impl<T: ?Sized + Send> MaybeSend for T {}

    /// `Sync`, except on wasm, where every type has it.
    pub trait MaybeSync: Sync {}
    impl<T: ?Sized + Sync> MaybeSync for T {}
}

#[cfg(target_family = "wasm")]
mod bounds {
    /// The bound on the futures of handlers: `Send`, except on wasm, where it asks for nothing.
    pub use std::marker::Sized as SendOffWasm;

    /// `Send`, except on wasm, where every type has it.
    pub trait MaybeSend {}
    impl<T: ?Sized> MaybeSend for T {}

    /// `Sync`, except on wasm, where every type has it.
    pub trait MaybeSync {}
    impl<T: ?Sized> MaybeSync for T {}
}

pub use bounds::{MaybeSend, MaybeSync, SendOffWasm};

/// A boxed future, `Send` except on wasm: what a service trait returns to stay usable as `dyn`.
#[cfg(not(target_family = "wasm"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A boxed future, `Send` except on wasm: what a service trait returns to stay usable as `dyn`.
#[cfg(target_family = "wasm")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Any value, `Send` except on wasm.
#[cfg(not(target_family = "wasm"))]
pub(crate) type BoxAny = Box<dyn std::any::Any + Send>;

/// Any value, `Send` except on wasm.
#[cfg(target_family = "wasm")]
pub(crate) type BoxAny = Box<dyn std::any::Any>;

//! Rate limiters and semaphores beside what is simply true of them, over long random lives.

mod naive;
mod rate_limit;
mod semaphore;
mod steps;

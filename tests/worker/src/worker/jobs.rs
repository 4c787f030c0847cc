//! The fixtures as classes. The changed program's types have classes of their own, which open the same objects.

use durable_jobs::__private::export_job;
use durable_jobs_testing::conformance::fixtures::{
    agenda::{self, Agenda},
    basket::{self, Basket},
    clerk::{Bell, Clerk, Collector, Parcel},
    hamper::{self, Hamper},
    keeper::{self, Keeper},
    ledger::{self, Ledger},
    letter::{self, Letter},
    limits, reshaped,
    ticker::{self, Ticker},
    versions,
};

use crate::{
    hasty::{Beating, Hasty, Rushed, Stubborn},
    large::{Roll, Scroll},
    relay::{Relay, Sink},
    tracked::Tracked,
};

export_job! { job: Ticker<ticker::Hourly>, class: "Hourly" }
export_job! { job: Ticker<ticker::LaterHourly>, class: "LaterHourly" }
export_job! { job: Ticker<ticker::Nightly>, class: "Nightly" }
export_job! { job: Ticker<ticker::Exponential>, class: "Exponential" }
export_job! { job: Ticker<ticker::Linear>, class: "Linear" }
export_job! { job: Ticker<ticker::Fixed>, class: "Fixed" }
export_job! { job: Ticker<ticker::Jittered>, class: "Jittered" }
export_job! { job: Ticker<ticker::Elapsing>, class: "Elapsing" }
export_job! { job: Ticker<ticker::Limited>, class: "Limited" }
export_job! { job: Keeper<keeper::Hooked>, class: "Hooked" }
export_job! { job: Keeper<keeper::Kept>, class: "Kept" }
export_job! { job: Keeper<keeper::Watched>, class: "Watched" }
export_job! { job: Keeper<keeper::Skipping>, class: "Skipping" }
export_job! { job: Keeper<keeper::CatchingUp>, class: "CatchingUp" }
export_job! { job: Keeper<keeper::Rested>, class: "Rested" }
export_job! { job: Keeper<keeper::Scattered>, class: "Scattered" }
export_job! { job: Keeper<keeper::Breaker>, class: "Breaker" }
export_job! { job: Keeper<keeper::Wary>, class: "Wary" }
export_job! { job: Ticker<ticker::VersionOne>, class: "Versioned" }
export_job! { job: Ticker<ticker::Unshaped>, class: "Gauge" }
export_job! { job: Basket<basket::Windowed>, class: "Windowed" }
export_job! { job: Basket<basket::Counted>, class: "Counted" }
export_job! { job: Basket<basket::Strict>, class: "StrictBasket" }
export_job! { job: Basket<basket::Bounded>, class: "Bounded" }
export_job! { job: Basket<basket::Fragile>, class: "Fragile" }
export_job! { job: Basket<basket::Forgetful>, class: "Forgetful" }
export_job! { job: Basket<basket::Unasked>, class: "UnaskedBasket" }
export_job! { job: Basket<basket::Limited>, class: "LimitedBasket" }
export_job! { job: Basket<basket::Quiet>, class: "Quiet" }
export_job! { job: Basket<basket::Weighed>, class: "Weighed" }
export_job! { job: Basket<basket::Leading>, class: "Leading" }
export_job! { job: Basket<basket::LeadingWindow>, class: "LeadingWindow" }
export_job! { job: Basket<basket::WithoutOldest>, class: "WithoutOldest" }
export_job! { job: Basket<basket::Roomy>, class: "Roomy" }
export_job! { job: Basket<basket::WithoutNewest>, class: "WithoutNewest" }
export_job! { job: Basket<basket::Overflowing>, class: "Overflowing" }
export_job! { job: Basket<basket::Warned>, class: "Warned" }
export_job! { job: Basket<basket::Buried>, class: "Buried" }
export_job! { job: Basket<basket::Replaced>, class: "Replaced" }
export_job! { job: Basket<basket::Unwindowed>, class: "Unwindowed" }
export_job! { job: Hamper<hamper::Plain>, class: "PlainHamper" }
export_job! { job: Hamper<hamper::Keeping>, class: "Keeping" }
export_job! { job: Hamper<hamper::Summing>, class: "Summing" }
export_job! { job: Hamper<hamper::Lenient>, class: "Lenient" }
export_job! { job: Hamper<hamper::Updating>, class: "Updating" }
export_job! { job: Hamper<hamper::Refusing>, class: "Refusing" }
export_job! { job: Hamper<hamper::VersionOne>, class: "VersionedHamper" }
export_job! { job: Ledger<ledger::Retried>, class: "Retried" }
export_job! { job: Ledger<ledger::Strict>, class: "StrictLedger" }
export_job! { job: Ledger<ledger::Fragile>, class: "FragileLedger" }
export_job! { job: Ledger<ledger::Skipping>, class: "SkippingLedger" }
export_job! { job: Ledger<ledger::Unasked>, class: "UnaskedLedger" }
export_job! { job: Ledger<ledger::Unshaped>, class: "Journal" }
export_job! { job: Ledger<ledger::Limited>, class: "LimitedLedger" }
export_job! { job: Agenda<agenda::Planned>, class: "Planned" }
export_job! { job: Agenda<agenda::Single>, class: "Growing" }

export_job! { job: limits::Bucket, class: "Bucket" }
export_job! { job: limits::Saving, class: "Saving" }
export_job! { job: limits::Sliding, class: "Sliding" }
export_job! { job: limits::Coarse, class: "Coarse" }
export_job! { job: limits::Fixed, class: "FixedWindow" }
export_job! { job: limits::Single, class: "Single" }
export_job! { job: limits::Triple, class: "Triple" }
export_job! { job: Clerk, class: "Clerk" }
export_job! { job: Collector, class: "Collector" }
export_job! { job: Bell, class: "Bell" }
export_job! { job: Parcel, class: "Parcel" }
export_job! { job: Letter<letter::Single>, class: "SingleQueue" }
export_job! { job: Letter<letter::Triple>, class: "TripleQueue" }
export_job! { job: Letter<letter::Ordered>, class: "Ordered" }
export_job! { job: Letter<letter::Split>, class: "Split" }
export_job! { job: Letter<letter::Shallow>, class: "Shallow" }
export_job! { job: Letter<letter::Paced>, class: "Paced" }
export_job! { job: Letter<letter::Hurried>, class: "Hurried" }
export_job! { job: Letter<letter::Unasked>, class: "UnaskedQueue" }
export_job! { job: Letter<letter::Unstamped>, class: "Stamped" }

export_job! { job: Ticker<Stubborn>, class: "Stubborn" }
export_job! { job: Ticker<Beating>, class: "Beating" }
export_job! { job: Basket<Hasty>, class: "Hasty" }
export_job! { job: Letter<Rushed>, class: "Rushed" }
export_job! { job: Relay, class: "Relay" }
export_job! { job: Sink, class: "Sink" }
export_job! { job: Scroll, class: "Scroll" }
export_job! { job: Roll, class: "Roll" }
export_job! { job: Tracked, class: "Tracked" }

export_job! { job: Ticker<ticker::EveryTwoHours>, class: "ChangedHourly" }
export_job! { job: ticker::Widened, class: "ChangedLaterHourly" }
export_job! { job: Ticker<ticker::VersionTwo>, class: "ChangedVersioned" }
export_job! { job: reshaped::Gauge, class: "ChangedGauge" }
export_job! { job: reshaped::Journal, class: "ChangedJournal" }
export_job! { job: Hamper<hamper::VersionTwo>, class: "ChangedVersionedHamper" }
export_job! { job: basket::Renamed, class: "ChangedWindowed" }
export_job! { job: Basket<basket::WithWindow>, class: "ChangedUnwindowed" }
export_job! { job: Agenda<agenda::Replanned>, class: "ChangedPlanned" }
export_job! { job: Agenda<agenda::Grown>, class: "ChangedGrowing" }

export_job! { job: versions::Count, class: "Meter" }
export_job! { job: versions::Notes, class: "Pages" }
export_job! { job: versions::Plain, class: "Extended" }
export_job! { job: versions::Sheet, class: "Sheet" }
export_job! { job: Basket<basket::VersionOne>, class: "VersionedBasket" }
export_job! { job: versions::Reading<versions::Broken>, class: "ChangedMeter" }
export_job! { job: versions::Pages<versions::Broken>, class: "ChangedPages" }
export_job! { job: versions::Annotated, class: "ChangedExtended" }
export_job! { job: versions::AnnotatedSheet, class: "ChangedSheet" }
export_job! { job: Basket<basket::VersionTwo>, class: "ChangedVersionedBasket" }
export_job! { job: versions::Reading<versions::Mended>, class: "MendedMeter" }
export_job! { job: versions::Pages<versions::Mended>, class: "MendedPages" }
export_job! { job: letter::Stamped, class: "ChangedStamped" }

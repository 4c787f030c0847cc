//! A calendar schedule as a constant: masks and a table, so that no parser is shipped.

use durable_jobs_schedule::{Cron, Daylight, Fields, Rule, TimeOfDay, YearlyChange, Zone};
use proc_macro2::TokenStream;
use quote::quote;

use crate::check::Names;

/// `Cron::new(..)`
pub(crate) fn constant(cron: Cron<'_>, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    let schedule = quote!(#runtime::__private::schedule);
    let expression = cron.expression();
    let fields = fields(cron.fields(), &schedule);
    let zone = zone(cron.zone(), &schedule);
    quote!(#schedule::Cron::new(#expression, #fields, #zone))
}

fn fields(fields: Fields, schedule: &TokenStream) -> TokenStream {
    let Fields {
        minutes,
        hours,
        days,
        months,
        weekdays,
        time_of_day,
    } = fields;
    let time_of_day = match time_of_day {
        TimeOfDay::Fixed => quote!(Fixed),
        TimeOfDay::Wildcard => quote!(Wildcard),
    };
    quote! {
        #schedule::Fields {
            minutes: #minutes,
            hours: #hours,
            days: #days,
            months: #months,
            weekdays: #weekdays,
            time_of_day: #schedule::TimeOfDay::#time_of_day,
        }
    }
}

fn zone(zone: Zone<'_>, schedule: &TokenStream) -> TokenStream {
    if zone == Zone::UTC {
        return quote!(#schedule::Zone::UTC);
    }
    let name = zone.name();
    let rule = rule(zone.rule(), schedule);
    let transitions = transitions(zone, schedule);
    quote!(#schedule::Zone::new(#name, #rule) #transitions)
}

fn transitions(zone: Zone<'_>, schedule: &TokenStream) -> Option<TokenStream> {
    let first_offset = zone.first_offset();
    let table = zone.transitions().iter().map(|change| {
        let (at, offset) = (change.at, change.offset);
        quote!(#schedule::Transition { at: #at, offset: #offset })
    });
    (!zone.transitions().is_empty())
        .then(|| quote!(.with_transitions(#first_offset, &[#(#table),*])))
}

fn rule(rule: Rule, schedule: &TokenStream) -> TokenStream {
    let Rule {
        standard_offset,
        daylight,
    } = rule;
    let Some(Daylight {
        offset,
        starts,
        ends,
    }) = daylight
    else {
        return quote!(#schedule::Rule::fixed(#standard_offset));
    };
    let starts = yearly_change(starts, schedule);
    let ends = yearly_change(ends, schedule);
    quote! {
        #schedule::Rule {
            standard_offset: #standard_offset,
            daylight: ::core::option::Option::Some(#schedule::Daylight {
                offset: #offset,
                starts: #starts,
                ends: #ends,
            }),
        }
    }
}

fn yearly_change(change: YearlyChange, schedule: &TokenStream) -> TokenStream {
    let YearlyChange {
        month,
        week,
        weekday,
        time,
    } = change;
    quote!(#schedule::YearlyChange { month: #month, week: #week, weekday: #weekday, time: #time })
}

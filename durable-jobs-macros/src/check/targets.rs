//! The rule about the jobs that a job writes to.

use quote::ToTokens;
use syn::Path;

use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::targets::Targets;

/// Each job once. A second time is reported and left out.
pub(super) fn check(jobs: Option<Keyed<Targets>>, errors: &mut Errors) -> Vec<Path> {
    let jobs = jobs.and_then(|jobs| errors.keep(jobs.value));
    let (mut kept, mut seen) = (Vec::new(), Vec::new());
    for path in jobs.into_iter().flat_map(|jobs| jobs.0) {
        let written = path.to_token_stream().to_string().replace(' ', "");
        if seen.contains(&written) {
            let problem = format!("`{written}` is given twice");
            errors.push(diag::over(&path, problem, "keep one of them"));
        } else {
            seen.push(written);
            kept.push(path);
        }
    }
    kept
}

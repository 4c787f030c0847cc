//! The list of all cases.

/// Makes one `#[test]` of every case of the suite, for a host that implements
/// [`Harness`](crate::conformance::Harness).
///
/// ```
/// durable_jobs_testing::conformance_tests!(durable_jobs_testing::TestHost);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance_tests {
    ($harness:ty) => {
        $crate::__continuous_cases!($harness);
        $crate::__debounce_cases!($harness);
        $crate::__task_cases!($harness);
        $crate::__queue_cases!($harness);
        $crate::__conformance_module!($harness, instances:
            ids_may_hold_any_characters,
            ids_that_are_empty_or_too_long_are_refused,
            event_ids_that_are_too_long_are_refused,
            jobs_do_not_share_ids,
            an_unknown_job_is_named,
            instances_are_listed_or_the_host_says_that_it_cannot,
            a_new_life_has_new_keys,
            a_state_that_no_longer_decodes_parks_with_the_field_named,
            a_state_of_a_newer_version_is_refused_untouched,
            a_state_of_an_older_version_is_taken_over,
            early_and_repeated_alarms_change_nothing,
            alarms_during_a_run_start_nothing_beside_it,
            a_call_that_takes_too_long_says_that_its_outcome_is_unknown,
            a_state_of_an_older_version_is_migrated_before_it_is_shown,
            no_two_attempts_of_a_life_share_an_execution_id,
        );
        $crate::__conformance_module!($harness, requests:
            a_repeated_add_adds_once,
            a_repeated_send_is_handled_once,
            a_repeated_start_starts_once,
            a_repeated_start_waits_for_the_same_first_run,
            a_repeated_terminate_answers_as_the_first_time,
            a_repeated_stop_answers_as_the_first_time,
            a_repeated_clear_clears_once,
            a_repeated_flush_flushes_once,
            a_repeated_trigger_runs_once,
            a_repeated_pause_pauses_once,
            repetitions_at_once_take_effect_once,
            a_repeated_send_waits_for_the_same_handler,
            a_repeated_trigger_joins_its_run,
            a_trigger_that_a_terminate_has_ended_is_answered_so_again,
            an_event_that_ends_what_it_would_begin_is_handled_once,
            after_five_minutes_it_is_another_call,
            requests_of_instances_are_their_own,
            a_refused_call_may_be_repeated,
            a_call_for_which_there_was_no_room_may_be_repeated,
            a_call_that_found_nothing_may_be_repeated,
            a_call_that_was_not_stored_may_be_repeated,
            what_only_reads_is_answered_anew,
            what_only_reads_stores_nothing_after_the_clock_was_set,
            another_call_of_a_request_is_not_made,
            an_answer_outlives_a_crash,
            answers_outlive_the_instance_and_a_crash,
            an_answer_does_not_outlive_five_minutes_and_a_crash,
            a_call_that_a_crash_met_takes_effect_once,
            a_trigger_that_a_crash_cut_off_is_unknown_and_makes_no_second_run,
            a_trigger_that_shared_a_timer_is_unknown_after_a_crash_too,
            an_event_that_a_crash_met_waiting_may_be_sent_again,
        );
        $crate::__conformance_module!($harness, outbox:
            a_job_that_writes_is_woken_as_if_it_did_not,
            a_message_takes_effect_once,
            messages_to_one_recipient_keep_their_order,
            a_thousand_messages_of_one_step_arrive,
            a_message_to_itself_is_a_step_of_its_own,
            instances_that_write_to_each_other_do_not_wait_for_each_other,
            what_execute_writes_leaves_with_its_commit,
            what_a_refused_event_has_written_is_not_sent,
            what_on_error_writes_is_sent,
            a_message_waits_for_no_run_that_it_leads_to,
            a_message_starts_an_instance,
            an_event_that_waits_for_its_turn_is_handled_once,
            a_continuous_job_flushes_a_debounce_job,
            a_flush_triggers_a_continuous_job,
            what_on_error_of_a_flush_writes_is_sent,
            what_on_error_of_a_run_writes_is_sent,
            a_message_waits_until_there_is_room,
            a_recipient_without_room_holds_up_no_other,
            a_message_that_waits_survives_restarts,
            a_message_of_a_busy_sender_waits_beside_its_runs,
            a_rejected_message_holds_up_nothing,
            more_messages_than_may_wait_are_refused,
            what_an_event_writes_that_ends_its_task_is_sent,
            messages_outlive_a_sender_that_is_terminated,
            a_new_life_of_a_sender_sends_behind_the_last_one,
            a_sender_whose_name_is_used_again_is_heard,
            a_message_ends_an_instance_and_the_next_begins_it_anew,
            a_recipient_that_was_terminated_is_begun_anew_by_a_new_message,
            a_message_is_enqueued_once,
            a_thousand_messages_are_enqueued_together,
            what_a_failed_handler_has_enqueued_is_not_sent,
            a_message_to_a_full_queue_waits_for_room,
            a_message_takes_another_one_back,
            a_message_ends_a_queue_and_the_next_begins_it_anew,
            what_an_attempt_writes_leaves_with_its_success,
            what_on_dead_letter_writes_is_sent,
        );
        $crate::__conformance_module!($harness, clocks:
            a_clock_that_steps_back_loses_no_quiet_deadline,
            a_clock_that_is_corrected_does_not_put_a_quiet_deadline_off,
            events_under_a_corrected_clock_go_on_moving_a_quiet_deadline,
            a_clock_that_is_corrected_holds_no_message_longer_than_was_asked,
            a_clock_that_is_corrected_puts_no_older_message_forward,
            a_clock_that_steps_back_fires_no_slot_twice,
            a_clock_that_was_far_ahead_does_not_silence_a_job,
            a_clock_that_steps_back_fires_no_cron_slot_twice,
            a_start_under_a_clock_that_was_far_ahead_is_not_silenced,
            a_clock_that_is_corrected_during_a_run_does_not_silence_a_job,
            a_clock_that_is_corrected_during_a_run_that_fails_does_not_delay_the_retry,
            a_clock_that_is_corrected_during_a_flush_does_not_hold_the_next_batch,
            a_clock_that_is_corrected_before_a_restart_does_not_silence_a_changed_schedule,
            a_clock_that_is_corrected_before_a_restart_does_not_silence_a_run_that_was_cut_off,
            a_clock_that_is_corrected_before_a_restart_does_not_hold_a_retry,
        );
        $crate::__conformance_module!($harness, panics:
            a_state_that_panics_when_it_is_encoded_costs_its_attempt,
            a_state_that_panics_when_it_is_dropped_costs_the_attempt_that_dropped_it,
            a_state_that_panics_whenever_it_is_decoded_runs_out_of_attempts,
            a_start_with_a_state_that_panics_is_refused_and_harms_nobody,
            an_event_of_a_batch_that_panics_when_it_is_decoded_is_not_stored,
            a_batch_that_panics_when_it_is_encoded_can_be_cleared,
            a_batch_that_panics_when_it_is_dropped_leaves_the_next_one_usable,
            an_event_of_a_task_that_panics_when_it_is_decoded_is_refused,
            an_event_whose_state_panics_when_it_is_encoded_is_refused,
            a_run_of_a_task_whose_state_panics_when_it_is_encoded_is_tried_again,
        );
        $crate::__conformance_refusals!($harness);
        $crate::__conformance_versions!($harness);
        $crate::__rate_limit_cases!($harness);
        $crate::__semaphore_cases!($harness);
        $crate::__conformance_module!($harness, telemetry:
            telemetry_tells_a_life_in_order,
            telemetry_tells_of_a_flush,
            telemetry_tells_what_follows_a_run,
            telemetry_numbers_the_attempts_that_follow,
            on_error_says_why_it_terminates,
            a_failed_attempt_emits_nothing,
            only_errors_are_told_unless_asked,
            a_job_says_from_which_level_on_lines_are_told,
            lines_are_told_of_a_failed_attempt_too_and_values_are_not,
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_module {
    ($harness:ty, $module:ident: $($case:ident),* $(,)?) => {
        mod $module {
            use super::*;

            $(
                #[test]
                fn $case() {
                    $crate::conformance::run::<$harness, _>($crate::conformance::$module::$case);
                }
            )*
        }
    };
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// The texts of all files in a folder, and in those below it.
    fn texts(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the suite has sources");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths
            .flat_map(|path| match path.is_dir() {
                true => texts(&path),
                false => vec![fs::read_to_string(path).expect("sources are text")],
            })
            .collect()
    }

    /// The name of the case that a line begins. Where the name is long, the rest of its signature is in the next lines.
    fn case(line: &str) -> Option<&str> {
        let (name, rest) = line.strip_prefix("pub async fn ")?.split_once('<')?;
        "H: Harness>"
            .starts_with(rest.split('(').next()?)
            .then_some(name)
    }

    #[test]
    fn no_case_is_forgotten() {
        let texts = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance"));
        let lines = || texts.iter().flat_map(|text| text.lines());
        let listed: Vec<&str> = lines()
            .filter_map(|line| line.trim().strip_suffix(','))
            .collect();
        let forgotten: Vec<&str> = lines()
            .filter_map(case)
            .filter(|case| !listed.contains(case))
            .collect();
        assert!(forgotten.is_empty(), "in no list: {forgotten:?}");
        assert!(
            lines().filter_map(case).count() > 500,
            "the cases are found"
        );
    }
}

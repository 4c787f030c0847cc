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
        $crate::__conformance_module!($harness, continuous:
            start_creates_an_instance_and_names_it,
            start_on_an_existing_instance_changes_nothing,
            start_and_wait_answers_after_the_first_run,
            a_failing_first_run_leaves_a_scheduled_instance,
            pause_and_resume_by_a_caller,
            trigger_runs_now_and_moves_no_slot,
            triggers_during_a_run_share_one_run_after_it,
            status_and_state_answer_during_a_run,
            terminate_deletes_everything_and_frees_the_id,
            terminate_during_a_run_fences_it,
            a_run_of_the_last_life_cannot_commit_into_the_next,
            stop_by_a_caller_is_terminal,
            calls_of_a_missing_instance_answer_not_found_and_create_nothing,
            the_first_run_is_due_at_the_start,
            without_start_immediately_the_first_run_waits_for_its_slot,
            every_is_anchored_and_does_not_drift,
            a_run_that_outlasts_its_interval_skips_slots_and_counts_them,
            slots_missed_while_the_host_was_down_give_one_run,
            cron_runs_at_its_slots,
            a_changed_schedule_begins_anew_and_catches_nothing_up,
            next_after_counts_from_the_end_of_the_run,
            next_at_sets_one_time,
            next_now_runs_again_at_once,
            next_stop_ends_the_instance,
            next_pause_keeps_the_state_until_resumed,
            next_pause_until_resumes_by_itself,
            exponential_delays_double_up_to_their_cap,
            linear_delays_grow_by_their_increment,
            fixed_delays_stay_the_same,
            jitter_lengthens_a_delay_by_less_than_a_fifth,
            max_elapsed_ends_the_retries,
            delays_count_from_the_end_of_the_failed_attempt,
            attempts_of_one_run_share_its_number_and_its_key,
            a_failed_attempt_rolls_the_state_back,
            a_retrying_instance_says_so,
            retries_survive_a_restart,
            a_terminal_error_skips_the_remaining_attempts,
            retry_after_replaces_the_computed_delay,
            a_panic_is_a_counted_retried_attempt,
            a_timeout_is_a_counted_retried_attempt,
            exhausted_retries_skip_the_run_and_go_on,
            exhausted_retries_park_and_resume_tries_again,
            exhausted_retries_terminate_when_declared,
            trigger_resets_a_retry_sequence,
            on_error_can_replace_the_policy,
            on_error_can_park_or_terminate,
            a_failure_that_says_when_to_come_back_is_repeated_unasked,
            an_interrupted_run_is_a_counted_attempt,
            five_interrupted_attempts_in_a_row_are_enough,
            an_interrupted_run_without_retry_is_tried_again,
            a_crash_in_a_run_that_followed_another_at_once_is_counted,
            a_crash_in_a_triggered_run_that_followed_another_is_counted,
            a_pause_that_is_over_when_the_run_ends_goes_on_at_the_next_slot,
            a_result_that_cannot_be_stored_is_a_cut_off_attempt_and_is_told,
            a_start_right_after_the_end_of_a_life_takes_the_state_it_brings,
            a_pause_answers_those_who_wait_for_a_first_run,
            a_trigger_during_a_run_that_fails_runs_at_once_and_anew,
            a_trigger_of_a_paused_job_leaves_nothing_behind,
            a_trigger_during_a_run_that_parks_leaves_nothing_behind,
            a_run_that_pauses_until_the_past_answers_a_trigger_that_came_during_it,
            on_start_is_called_once_in_a_life_before_the_first_run,
            on_start_waits_for_the_first_run_and_belongs_to_it,
            a_failing_on_start_is_retried_like_a_run,
            on_start_is_repeated_until_a_run_succeeds,
            an_on_start_that_was_cut_off_is_called_again,
            on_stop_is_called_when_a_caller_stops,
            on_stop_is_called_when_a_run_stops,
            a_failing_on_stop_is_retried_and_the_run_before_it_is_kept,
            a_stop_ends_also_if_on_stop_never_succeeds,
            an_on_stop_that_was_cut_off_is_called_again,
            a_stop_during_a_run_drops_the_run_and_calls_on_stop,
            a_job_that_stops_takes_no_other_calls,
            terminate_does_not_call_on_stop_and_ends_one_that_is_out,
            a_stopped_pause_or_park_calls_on_stop,
            should_stop_is_asked_after_each_run,
            a_reason_of_its_own_goes_before_should_stop,
            should_stop_is_asked_after_on_error,
            should_stop_is_asked_when_a_state_is_set,
            next_interval_takes_the_place_of_the_attributes,
            an_interval_that_is_too_short_is_100_ms,
            slots_of_next_interval_are_counted_when_they_are_missed,
            a_stopped_instance_keeps_its_state_for_its_time,
            without_retain_a_stopped_instance_is_gone_at_once,
            calls_of_a_stopped_instance_change_nothing,
            start_on_a_stopped_instance_creates_it_anew,
            terminate_deletes_a_stopped_instance,
            what_a_stopped_instance_leaves_survives_a_restart_and_expires_after_it,
            a_clock_that_was_ahead_when_a_job_stopped_keeps_its_state_no_longer,
            set_state_replaces_the_state_of_the_next_run,
            set_state_then_trigger_answers_after_the_run,
            update_state_changes_what_it_has_read,
            updates_at_once_lose_nothing,
            set_state_waits_for_the_end_of_a_run,
            update_state_during_a_run_changes_what_the_run_has_made,
            a_state_that_waits_is_lost_with_a_crash_and_was_not_acknowledged,
            a_state_that_waits_is_refused_when_the_life_ends,
            a_retry_goes_on_with_the_new_state,
            a_paused_or_parked_job_takes_a_state_and_runs_nothing,
            a_new_state_mends_one_that_does_not_decode,
            a_missing_job_takes_no_state,
            a_repeated_set_state_takes_effect_once,
            a_state_that_is_too_large_is_refused,
            a_run_whose_state_is_too_large_fails_and_loses_nothing,
            history_tells_the_last_runs,
            history_tells_what_became_of_runs,
            history_tells_of_a_run_that_parked_and_of_one_that_was_dropped,
            history_keeps_as_many_runs_as_it_is_told,
            history_is_off_unless_asked_for,
            history_tells_of_a_run_that_crashes_have_ended,
            skip_leaves_out_what_was_missed,
            skip_runs_a_slot_that_is_late_by_a_minute,
            skip_does_not_leave_out_the_first_run,
            all_gives_each_missed_slot_a_run_of_its_own,
            all_makes_up_slots_that_passed_during_a_run,
            a_crash_while_slots_are_made_up_loses_none,
            slots_that_passed_while_a_job_was_parked_are_not_made_up,
            after_run_counts_the_interval_from_the_end_of_a_run,
            jitter_puts_runs_off_and_moves_no_slot,
            jitter_leaves_times_alone_that_a_run_has_chosen,
            a_slot_whose_run_is_put_off_has_not_passed,
            failures_in_a_row_park_at_their_limit,
            a_job_that_failures_have_parked_goes_on_when_resumed,
            a_run_that_was_cut_off_is_skipped_when_declared,
            a_run_that_failed_is_retried_where_one_that_was_cut_off_is_not,
            a_stop_that_was_cut_off_is_never_skipped,
            a_context_tells_what_it_knows,
        );
        $crate::__debounce_cases!($harness);
        $crate::__task_cases!($harness);
        $crate::__conformance_module!($harness, instances:
            ids_may_hold_any_characters,
            ids_that_are_empty_or_too_long_are_refused,
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
        $crate::__conformance_module!($harness, clocks:
            a_clock_that_steps_back_loses_no_quiet_deadline,
            a_clock_that_is_corrected_does_not_put_a_quiet_deadline_off,
            events_under_a_corrected_clock_go_on_moving_a_quiet_deadline,
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
        $crate::__conformance_versions!($harness);
        $crate::__rate_limit_cases!($harness);
        $crate::__semaphore_cases!($harness);
        $crate::__conformance_module!($harness, telemetry:
            telemetry_tells_a_life_in_order,
            telemetry_tells_of_a_flush,
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
    #[test]
    fn no_case_is_forgotten() {
        let list = include_str!("list.rs");
        for cases in [
            include_str!("continuous/calls.rs"),
            include_str!("continuous/slots.rs"),
            include_str!("continuous/retries.rs"),
            include_str!("continuous/interruptions.rs"),
            include_str!("continuous/overlaps.rs"),
            include_str!("debounce/adds.rs"),
            include_str!("debounce/flushes.rs"),
            include_str!("task/events.rs"),
            include_str!("task/runs.rs"),
            include_str!("task/overlaps.rs"),
            include_str!("instances.rs"),
            include_str!("requests/repetitions.rs"),
            include_str!("requests/refusals.rs"),
            include_str!("requests/crashes.rs"),
            include_str!("clocks.rs"),
            include_str!("panics.rs"),
            include_str!("telemetry.rs"),
        ] {
            for case in cases
                .lines()
                .filter_map(|line| line.strip_prefix("pub async fn "))
            {
                let name = case.split('<').next().unwrap();
                assert!(
                    list.contains(&format!(" {name},")),
                    "{name} is not in the list"
                );
            }
        }
    }
}

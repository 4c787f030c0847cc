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
        );
        $crate::__conformance_module!($harness, debounce:
            the_first_event_folds_into_the_default,
            the_window_opens_at_the_first_event,
            a_flush_knows_its_batch,
            max_events_flushes_at_n_and_not_before,
            add_many_is_a_trigger_and_not_a_cap,
            clear_throws_the_batch_away_and_says_how_much,
            a_rejected_event_leaves_no_half_made_instance,
            a_rejected_event_leaves_the_batch_unharmed,
            a_rejected_event_of_add_many_stores_none_of_them,
            a_repeated_event_id_is_left_out,
            add_many_leaves_repetitions_out_and_counts_them,
            an_event_id_is_forgotten_after_its_window,
            a_rejected_event_id_may_be_used_again,
            a_full_buffer_refuses_with_its_limit,
            a_restart_folds_the_buffered_events_again,
            status_tells_about_the_buffer,
            a_refused_add_folds_nothing_anew,
            clear_of_an_unreadable_batch_lets_the_next_go_on,
            a_parked_batch_promises_no_flush,
            a_batch_behind_a_retry_is_promised_no_earlier_than_it,
            add_never_waits_for_a_flush,
            adds_during_a_flush_belong_to_the_next_batch,
            a_full_batch_waits_for_the_flush_before_it,
            a_failed_flush_keeps_its_batch_for_the_next_attempt,
            adds_while_a_retry_waits_join_the_next_batch_and_start_no_attempt,
            a_debounce_job_retries_without_being_asked,
            exhausted_retries_park_the_batch_and_lose_nothing,
            exhausted_retries_terminate_when_declared,
            flush_runs_the_batch_now_and_answers_after_it,
            flush_of_nothing_says_empty_and_creates_nothing,
            a_failed_flush_does_not_say_flushed,
            flush_of_a_waiting_retry_tries_it_now,
            flush_during_a_flush_waits_for_its_own_batch,
            clear_of_a_parked_batch_lets_the_next_go_on,
            a_crash_during_a_flush_keeps_both_batches,
            a_timeout_of_a_flush_is_a_retried_attempt,
            terminate_deletes_the_batch_and_fences_the_flush,
            stored_events_that_no_longer_decode_park_the_batch,
            clear_during_a_flush_keeps_what_is_being_flushed,
            on_error_cannot_drop_a_batch,
            a_life_that_ended_while_the_host_was_down_leaves_no_events,
        );
        $crate::__conformance_module!($harness, task:
            the_first_event_creates_the_instance,
            events_know_how_many_came_before,
            schedule_sets_one_timer_that_runs_once,
            a_fired_timer_is_no_longer_shown,
            a_later_schedule_replaces_the_earlier_one,
            cancel_schedule_clears_the_timer,
            an_event_that_sets_nothing_leaves_the_timer,
            timers_survive_a_restart,
            on_idle_runs_when_nothing_is_scheduled,
            a_rejected_event_is_rolled_back_and_not_counted,
            a_rejected_first_event_leaves_no_half_made_instance,
            terminate_in_on_event_purges_and_the_call_succeeds,
            terminate_in_on_idle_purges,
            terminate_by_a_caller_deletes_everything,
            events_are_handled_one_at_a_time_in_order,
            a_repeated_event_id_is_handled_once,
            repetitions_that_arrive_together_are_handled_once,
            a_rejected_event_id_may_be_used_again,
            calls_of_a_missing_instance_answer_not_found_and_create_nothing,
            a_failing_on_idle_rejects_the_event,
            terminate_during_an_event_refuses_it,
            an_event_never_has_the_key_of_a_refused_one,
            repetitions_of_an_event_with_an_id_have_one_key,
            a_run_can_schedule_the_next,
            on_idle_runs_after_timer_driven_runs_too,
            trigger_runs_now_and_keeps_the_timer,
            terminate_in_execute_purges,
            terminate_during_a_run_fences_it,
            events_during_a_run_wait_their_turn,
            a_task_retries_without_being_asked,
            a_failed_run_rolls_back_and_is_tried_again,
            events_go_on_while_a_retry_waits,
            exhausted_retries_park_and_resume_tries_again,
            exhausted_retries_terminate_when_declared,
            on_error_decides_about_a_failed_run,
            a_timeout_of_a_run_is_a_retried_attempt,
            a_crash_during_a_run_is_a_counted_attempt,
            triggers_during_a_run_share_one_run_after_it,
            a_run_that_fails_keeps_the_timer_that_was_set_before,
            an_event_right_after_the_end_of_a_life_begins_with_nothing,
            an_event_that_waits_behind_one_that_terminates_begins_with_nothing,
            terminate_refuses_the_events_that_wait,
            terminate_during_the_first_event_ends_what_it_would_have_begun,
            resume_during_an_event_harms_neither,
            a_trigger_during_a_run_that_fails_runs_at_once_and_anew,
            a_trigger_during_a_run_that_parks_leaves_nothing_behind,
            a_crash_in_a_run_that_followed_an_event_at_once_is_counted,
            several_timers_run_one_by_one_each_at_its_time,
            timers_due_at_once_run_in_order_of_due_time,
            setting_or_clearing_a_timer_leaves_the_others,
            a_time_that_has_passed_is_now,
            handlers_see_the_timers_as_they_leave_them,
            each_timer_has_retries_of_its_own,
            a_parked_task_keeps_its_timers_and_resume_runs_them,
            a_triggered_run_stands_for_no_timer,
            a_trigger_makes_haste_with_the_run_that_waits_for_a_retry,
            events_during_a_run_may_set_its_timer_again,
            a_refused_event_rolls_all_timers_back,
            on_idle_runs_when_the_last_timer_is_gone,
            terminate_takes_all_timers_along,
            named_timers_survive_a_restart,
            a_crash_in_a_run_of_a_named_timer_repeats_it_for_that_timer,
            a_timer_whose_name_is_gone_parks_and_is_not_lost,
            a_timer_without_a_name_is_not_lost_when_names_are_given,
            named_timers_of_a_clock_that_ran_ahead_keep_their_wait,
            what_is_told_of_a_timer_names_it,
            the_last_attempts_are_kept_newest_first,
            a_record_tells_what_became_of_an_attempt,
            attempts_that_were_cut_off_or_gave_up_are_kept,
            history_can_be_read_during_a_run,
            the_next_life_has_no_history_of_the_last,
            without_the_key_nothing_is_kept,
            a_history_of_one_keeps_the_last,
        );
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

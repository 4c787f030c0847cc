//! The list of the cases about queues.

#[doc(hidden)]
#[macro_export]
macro_rules! __queue_cases {
    ($harness:ty) => {
        $crate::__conformance_module!($harness, queue:
            enqueue_creates_a_queue_and_never_waits_for_a_worker,
            calls_of_a_missing_queue_create_nothing,
            enqueue_many_takes_all_or_none,
            ten_thousand_messages_go_in_with_one_call,
            a_repeated_id_is_left_out_within_the_window,
            an_id_is_known_as_long_as_its_message_is_there,
            a_message_waits_for_its_delay,
            a_paused_queue_begins_nothing,
            a_drained_queue_finishes_what_there_is,
            only_a_message_that_waits_is_cancelled,
            purge_deletes_what_waits,
            peek_shows_what_comes_next,
            terminate_deletes_the_queue_and_drops_what_is_in_flight,
            a_failed_message_is_tried_again_as_it_was_enqueued,
            others_pass_while_a_failed_message_waits,
            a_poison_message_becomes_a_dead_letter_and_the_queue_goes_on,
            a_dead_letter_is_made_a_message_again,
            purge_dead_deletes_dead_letters,
            retry_after_of_an_error_decides_about_the_delay,
            a_queue_retries_without_being_asked,
            an_attempt_ends_when_its_message_would_be_offered_again,
            a_message_that_does_not_decode_is_a_dead_letter,
            a_message_knows_what_it_was_enqueued_with,
            no_more_than_the_concurrency_are_in_flight,
            what_matters_more_goes_first,
            messages_of_one_key_are_processed_in_order,
            a_dead_head_lets_its_lane_go_on,
            a_cancelled_head_lets_its_lane_go_on,
            order_outlives_a_clock_that_steps_back,
            a_partition_takes_no_more_than_its_share,
            what_is_due_during_an_attempt_begins_in_time,
            a_full_queue_says_when_to_come_back,
            a_queue_full_of_delayed_messages_names_the_first,
            dead_letters_take_room_until_they_are_looked_after,
            attempts_begin_no_faster_than_the_rate,
            retries_keep_to_the_rate,
            messages_cut_off_by_a_crash_are_tried_again,
            a_message_that_takes_the_host_down_is_given_up,
            a_head_that_was_cut_off_still_blocks_its_lane,
            a_success_before_a_crash_is_counted_once,
            a_message_that_could_not_be_stored_was_not_enqueued,
            a_stray_alarm_begins_nothing_twice,
        );
    };
}

//! Messages between instances, as they leave and as they arrive.

use std::{sync::Arc, time::Duration};

use super::{
    alarm::Messages,
    delivery::Delivery,
    inline::Inline,
    slot::{Reply, Slot},
    step::Active,
};
use crate::{
    Timestamp,
    core::{Caller, DeliveryReport, Effects, Moment, Taken},
    wire::{Answer, Call, MessageId, Status},
};

/// When somebody looks after messages that have been committed, in case that the host dies before they are out.
const FIRST_LOOK_AFTER: Duration = Duration::from_secs(1);

impl Slot {
    /// When somebody has to look after messages that leave now; `None` where somebody does in any case.
    pub(super) fn look_after_messages_at(&self, now: Timestamp) -> Option<Timestamp> {
        let gate = self.shared.gate();
        let in_alarm = gate.is_some_and(|gate| gate.is_in_alarm());
        (!in_alarm).then(|| now + FIRST_LOOK_AFTER)
    }

    /// Gives the machine a message of another instance, unless it has been taken before.
    #[inline(never)]
    pub(super) fn take_message(
        self: &Arc<Self>,
        active: &mut Active,
        moment: Moment,
        call: Call,
        reply: Reply,
        message: MessageId,
    ) {
        let taken = Answer::of(Status::Active);
        let mut effects = Effects::none();
        match active.mailbox.inbox.look_up(&message) {
            Some(Taken::Waiting(waiter)) => return active.join(waiter, reply),
            Some(Taken::Already) => effects.reply(active.expect_answer(reply), taken),
            None => {
                let waits_in_memory = call.waits_in_memory();
                let waiter = active.expect_answer(reply);
                active.mailbox.inbox.ask(waiter, message);
                let request = None;
                let caller = Caller { waiter, request };
                effects = active.actor.call(moment, call, caller);
                if !effects.answers(waiter) {
                    active.mailbox.inbox.defer(waiter);
                    if !waits_in_memory {
                        // It is taken with this step; nobody waits for the run that it leads to.
                        effects.reply(waiter, taken);
                    }
                }
            }
        }
        self.apply(active, effects, moment.now);
    }

    /// Takes in what became of messages that were out.
    #[inline(never)]
    pub(super) fn take_delivery_report(
        self: &Arc<Self>,
        active: &mut Active,
        moment: Moment,
        report: DeliveryReport,
    ) {
        let look_at = self.look_after_messages_at(moment.now);
        let mut writes = Vec::new();
        let told = active
            .mailbox
            .take_report(report, moment.now, look_at, &mut writes);
        let mut effects = Effects::none();
        writes.into_iter().for_each(|write| effects.write(write));
        effects.tell_all(told);
        self.apply(active, effects, moment.now);
    }

    /// Lets go what may leave.
    pub(super) fn send_messages(self: &Arc<Self>, active: &mut Active) {
        let outbox = &mut active.mailbox.outbox;
        if !outbox.is_empty() && !self.shared.is_closed() {
            let _inline = Inline::enter();
            for batch in outbox.leave(self.shared.port.now()) {
                Delivery::new(Arc::clone(self), batch).send_next();
            }
        }
        if let Some(gate) = self.shared.gate() {
            gate.note_messages(match active.mailbox.outbox.is_busy() {
                true => Messages::Out,
                false => Messages::None,
            });
        }
    }
}

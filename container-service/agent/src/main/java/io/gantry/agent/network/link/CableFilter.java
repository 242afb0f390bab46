package io.gantry.agent.network.link;

import io.gantry.agent.network.plan.FrameRules;
import io.gantry.agent.network.plan.Sender;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the table that says what containers may send. A container may be started before its endpoint is part of a plan; what it may send is in
 * force before its first frame, and stays so through the one plan that may have been made before it came. Safe for several threads.
 */
public final class CableFilter {
    private final TableReconciler table;
    private Optional<FrameRules> inForce = Optional.empty();
    private final Set<Sender> early = new HashSet<>();

    public CableFilter(TableReconciler table) {
        this.table = table;
    }

    /** @return whether anything was changed */
    public synchronized boolean reconcile(Optional<FrameRules> plan) {
        Optional<FrameRules> rules = plan.map(planned -> planned.with(early));
        early.clear();
        return become(rules);
    }

    /** Lets this one send, whether a plan has it or not. Nothing happens before the first plan with a network. */
    public synchronized void admit(Sender sender) {
        if (inForce.isPresent() && !inForce.get().senders().contains(sender)) {
            early.add(sender);
            become(inForce.map(rules -> rules.with(Set.of(sender))));
        }
    }

    private boolean become(Optional<FrameRules> rules) {
        boolean changed = !rules.equals(inForce) && edited(rules) || table.reconcile(rules.map(FrameRules::text).orElse(""));
        inForce = rules;
        return changed;
    }

    /** Where only who may send is another, only that is changed. */
    private boolean edited(Optional<FrameRules> rules) {
        if (rules.isEmpty() || inForce.isEmpty() || !rules.get().withoutSenders().equals(inForce.get().withoutSenders())) {
            return false;
        }
        return table.edit(FrameRules.SENDERS, rules.get().sendersBeside(inForce.get()), inForce.get().sendersBeside(rules.get()), rules.get().text());
    }

    public synchronized void remove() {
        inForce = Optional.empty();
        table.remove();
    }
}

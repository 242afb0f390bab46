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
    private Optional<FrameRules> planned = Optional.empty();
    private final Set<Sender> early = new HashSet<>();

    public CableFilter(TableReconciler table) {
        this.table = table;
    }

    /** @return whether anything was changed */
    public synchronized boolean reconcile(Optional<FrameRules> plan) {
        planned = plan;
        String text = plan.map(rules -> rules.with(early).text()).orElse("");
        early.clear();
        return table.reconcile(text);
    }

    /** Lets this one send, whether a plan has it or not. Nothing happens before the first plan with a network. */
    public synchronized void admit(Sender sender) {
        if (planned.isEmpty() || planned.get().senders().contains(sender)) {
            return;
        }
        early.add(sender);
        if (!table.add(FrameRules.SENDERS, FrameRules.element(sender))) {
            table.reconcile(planned.get().with(early).text());
        }
    }

    public synchronized void remove() {
        planned = Optional.empty();
        table.remove();
    }
}

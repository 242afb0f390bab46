package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which containers can be plugged in: by the latest of the {@link NetworkRounds}, and by what came since. Of the deciding thread. */
final class Connections implements NetworkRounds.Outcome {
    private final Deciding deciding;
    private final Preparations preparations;
    private Map<ContainerId, Attachment> attachments = Map.of();

    Connections(Deciding deciding, Preparations preparations) {
        this.deciding = deciding;
        this.preparations = preparations;
    }

    Optional<Attachment> of(ContainerId id) {
        return Optional.ofNullable(attachments.get(id));
    }

    /** It can be plugged in, or wants no address. */
    boolean serve(Desired.Container container) {
        return !container.spec().addressed() || attachments.containsKey(container.id());
    }

    /** Before the round that would tell. */
    void early(ContainerId container, Attachment attachment) {
        Map<ContainerId, Attachment> more = new HashMap<>(attachments);
        more.put(container, attachment);
        attachments = Map.copyOf(more);
        deciding.again().accept(container);
    }

    @Override
    public void later(Duration wait, Runnable what) {
        deciding.thread().postIn(wait, what);
    }

    @Override
    public void applied(Map<ContainerId, Attachment> found) {
        attachments = found;
        deciding.aboutAll();
    }

    @Override
    public void failed(Observed.Failure why) {
        deciding.desired().all(Desired.Endpoint.class).stream()
                .map(Desired.Endpoint::container)
                .filter(id -> id != null && deciding.held().has(id) && !attachments.containsKey(id))
                .forEach(id -> waits(deciding.held().get(id), why));
    }

    /** If the network is all that it waits for. */
    private void waits(Held one, Observed.Failure why) {
        Optional<Desired.Container> wanted = deciding.desired().container(one.id());
        Action connected = Reconciler.decide(wanted, deciding.desired().complete(), one, preparations.done(one.id(), wanted), true, deciding.now());
        if (connected instanceof Action.Start start && (start.run() > one.latest().run() || one.waits())) {
            deciding.held().put(one.waiting(start.run(), why, deciding.now()));
        }
    }
}

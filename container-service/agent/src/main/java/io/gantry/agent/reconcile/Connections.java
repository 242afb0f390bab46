package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which containers can be plugged in: by the latest of the {@link NetworkRounds}, and by what came since. Of the deciding thread. */
final class Connections implements NetworkRounds.Outcome {
    private final Deciding deciding;
    private final Preparations preparations;
    private Map<ContainerId, List<Attachment>> attachments = Map.of();

    Connections(Deciding deciding, Preparations preparations) {
        this.deciding = deciding;
        this.preparations = preparations;
    }

    /** Of the networks that it shall be on, by their names. */
    List<Attachment> of(Desired.Container container) {
        return attachments.getOrDefault(container.id(), List.of()).stream().filter(one -> container.spec().on(one.network()).isPresent()).toList();
    }

    /** It can be plugged in wherever it shall be. */
    boolean serve(Desired.Container container) {
        return of(container).size() == container.spec().networks().size();
    }

    /** Before the round that would tell. */
    void early(ContainerId container, Attachment attachment) {
        Map<ContainerId, List<Attachment>> more = new HashMap<>(attachments);
        List<Attachment> its = new ArrayList<>(more.getOrDefault(container, List.of()));
        its.removeIf(one -> one.network().equals(attachment.network()));
        its.add(attachment);
        its.sort(Comparator.comparing(Attachment::network));
        more.put(container, List.copyOf(its));
        attachments = Map.copyOf(more);
        deciding.again().accept(container);
    }

    @Override
    public void later(Duration wait, Runnable what) {
        deciding.thread().postIn(wait, what);
    }

    @Override
    public void applied(Map<ContainerId, List<Attachment>> found) {
        attachments = found;
        deciding.aboutAll();
    }

    @Override
    public void failed(Observed.Failure why) {
        deciding.desired().all(Desired.Endpoint.class).stream()
                .map(Desired.Endpoint::container)
                .filter(id -> id != null && deciding.held().has(id) && !deciding.desired().container(id).map(this::serve).orElse(attachments.containsKey(id)))
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

package io.gantry.agent.network;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This host's part of all networks. Calls may block on the kernel. */
public interface HostNetwork extends AutoCloseable {
    /**
     * Makes the kernel and the names match: all networks, endpoints and services that this node shall hold, whole. Idempotent;
     * what was there before and isn't wanted any more goes. Called on every change and every so often without one; does only what differs. A
     * kernel that refuses is told by an exception, and what came before stays done: the next call goes on.
     */
    void apply(Collection<Desired.Network> networks, Collection<Desired.Endpoint> endpoints, Collection<Desired.Service> services);

    /**
     * From the next {@link #apply} on, who is asked for names that are none of our networks'.
     *
     * @param servers of containers that have said some; the others' are the host's
     */
    void resolveBy(Map<ContainerId, List<Ipv4>> servers);

    /** What to plug a container of this node into, by the networks' names, once its endpoints and networks have been applied. */
    List<Attachment> attachments(ContainerId container);

    /** The first of {@link #attachments}. */
    default Optional<Attachment> attachment(ContainerId container) {
        return attachments(container).stream().findFirst();
    }

    /**
     * As one of {@link #attachments}, for an endpoint that has not been applied: enough to start with when its network is here and
     * no port of the host leads to it. Names and the way from other nodes come with the next {@link #apply}.
     */
    Optional<Attachment> early(Desired.Endpoint endpoint);

    /**
     * Why a container of this node must not start: a port it publishes is one that another program of this host listens on, and would not be
     * reached any more.
     */
    Optional<Observed.Failure> refusal(ContainerId container);

    /**
     * Before a container is plugged in: what it may send under its own addresses passes from its first frame on, even where it was found
     * {@linkplain #early early}.
     */
    void letSend(Attachment cable);

    /** Published ports that the latest {@link #apply} left to other programs. They may be had later: it is worth calling again. */
    List<Observed.WithheldPort> withheld();

    /** Stops answering names; leaves the kernel as it is, so that traffic flows while no agent runs. */
    @Override
    void close();

    /** Takes everything of this node out of the kernel: tables, links, bridges. For leaving the host. */
    void tearDown();
}

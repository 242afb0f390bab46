package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gantry.contracts.problem.BadField;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Namespaces that a container has together with another, beside that of its {@code network}. Both have the same user namespace then: it owns the
 * others.
 *
 * @param ipc {@code container:NAME}: shared memory, {@code /dev/shm}, and queues are that container's; {@code null} for its own
 * @param pid likewise: each sees and signals the other's processes, and ends when the owner's process 1 does
 */
public record Namespaces(String ipc, String pid) {
    public static final Namespaces OWN = new Namespaces(null, null);

    /** Before the name or id of the container whose namespace it is. */
    public static final String CONTAINER = "container:";

    private static final String REF = CONTAINER + "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}";

    public Namespaces {
        check("ipc", ipc);
        check("pid", pid);
    }

    /** Whose, by name or id; empty for a container's own. */
    static Optional<String> lender(String mode) {
        return mode == null || !mode.startsWith(CONTAINER) ? Optional.empty() : Optional.of(mode.substring(CONTAINER.length()));
    }

    static void check(String field, String mode) {
        if (mode != null && !mode.matches(REF)) {
            throw new BadField(field, field + " is the container's own or another container's, got '" + mode + "'", "leave it out, or write for example container:web");
        }
    }

    /** @return what {@code mode} is when its container is known by id */
    static String with(String mode, String id) {
        return lender(mode).isPresent() ? CONTAINER + id : mode;
    }

    Namespaces with(String id) {
        return new Namespaces(with(ipc, id), with(pid, id));
    }

    @JsonIgnore
    public boolean sharesIpc() {
        return ipc != null;
    }

    @JsonIgnore
    public boolean sharesPid() {
        return pid != null;
    }

    /** The one container whose these and the network are; empty if all are its own. */
    Optional<String> lender(Optional<String> ofNetwork) {
        var all = Stream.of(ofNetwork, lender(ipc), lender(pid)).flatMap(Optional::stream).distinct().toList();
        if (all.size() > 1) {
            throw new BadField(
                    "namespaces", "namespaces of " + String.join(" and ", all) + " can't be had together: all that is shared belongs to one user namespace",
                    "name one container");
        }
        return all.stream().filter(Objects::nonNull).findFirst();
    }
}

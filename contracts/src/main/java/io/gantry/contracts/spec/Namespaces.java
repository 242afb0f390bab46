package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gantry.contracts.problem.BadField;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Namespaces that a container has together with another, or with its host, beside that of its {@code network}. Two containers have the same user
 * namespace then: it owns the others. With the host nobody has that: root inside is nobody in a namespace of the host. Those of the host need a grant.
 *
 * @param ipc {@code container:NAME}: shared memory, {@code /dev/shm}, and queues are that container's; {@code host}; {@code null} for its own
 * @param pid likewise: each sees the other's processes, and in a container's signals them and ends when its process 1 does
 * @param uts {@code host}: its name; {@code null} for its own
 */
public record Namespaces(String ipc, String pid, String uts) {
    public static final Namespaces OWN = new Namespaces(null, null, null);

    /** Instead of a container's. */
    public static final String HOST = "host";

    /** Before the name or id of the container whose namespace it is. */
    public static final String CONTAINER = "container:";

    private static final String REF = CONTAINER + "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}";

    public Namespaces {
        check("ipc", ipc);
        check("pid", pid);
        if (uts != null && !uts.equals(HOST)) {
            throw new BadField("uts", "uts is the container's own or the host's, got '" + uts + "'", "leave it out, or write host");
        }
    }

    public Namespaces(String ipc, String pid) {
        this(ipc, pid, null);
    }

    /** Whose, by name or id; empty for a container's own. */
    static Optional<String> lender(String mode) {
        return mode == null || !mode.startsWith(CONTAINER) ? Optional.empty() : Optional.of(mode.substring(CONTAINER.length()));
    }

    static void check(String field, String mode) {
        if (mode != null && !mode.equals(HOST) && !mode.matches(REF)) {
            throw new BadField(field, field + " is the container's own, another container's or the host's, got '" + mode + "'", "leave it out, or write for example container:web");
        }
    }

    /** @return what {@code mode} is when its container is known by id */
    static String with(String mode, String id) {
        return lender(mode).isPresent() ? CONTAINER + id : mode;
    }

    Namespaces with(String id) {
        return new Namespaces(with(ipc, id), with(pid, id), uts);
    }

    @JsonIgnore
    public boolean sharesIpc() {
        return lender(ipc).isPresent();
    }

    @JsonIgnore
    public boolean sharesPid() {
        return lender(pid).isPresent();
    }

    @JsonIgnore
    public boolean hostIpc() {
        return HOST.equals(ipc);
    }

    @JsonIgnore
    public boolean hostPid() {
        return HOST.equals(pid);
    }

    @JsonIgnore
    public boolean hostUts() {
        return HOST.equals(uts);
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

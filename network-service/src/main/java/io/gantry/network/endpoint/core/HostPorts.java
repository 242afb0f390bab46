package io.gantry.network.endpoint.core;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.PortPublish;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Who gets which port of the nodes. A port is the same on every node. */
public final class HostPorts {
    static final int FIRST_CHOSEN = 32_768;
    static final int LAST_CHOSEN = 60_999;

    /** @param holder {@code container web}, for people; {@code id} tells holders apart */
    public record Held(PortPublish port, String holder, String id) {}

    public sealed interface Grant {
        /** In the order asked for, every host port chosen. */
        record Granted(List<PortPublish> ports) implements Grant {}

        record Refused(Refusal refusal) implements Grant {}
    }

    private HostPorts() {}

    /**
     * All or nothing.
     *
     * @param held what everybody holds; what {@code id} itself holds is free for it, and a port it left to us stays the one it has
     */
    public static Grant grant(List<PortPublish> wanted, String id, Collection<Held> held) {
        List<Held> taken = new ArrayList<>(held.stream().filter(one -> !one.id().equals(id)).toList());
        List<Held> before = held.stream().filter(one -> one.id().equals(id)).toList();
        PortPublish[] granted = new PortPublish[wanted.size()];
        for (int i = 0; i < granted.length; i++) {
            PortPublish port = wanted.get(i);
            if (port.hostPort() == 0 || port.ranges()) {
                continue;
            }
            var holder = taken.stream().filter(one -> conflict(one.port(), port)).findFirst();
            if (holder.isPresent()) {
                return new Grant.Refused(
                        new Refusal(
                                ProblemType.PORT_IN_USE,
                                "port " + text(port) + " is held by " + holder.get().holder(),
                                "ports[" + i + "].hostPort",
                                "choose another port, or 0 for any free one"));
            }
            granted[i] = port;
            taken.add(new Held(port, "this request", id));
        }
        for (int i : narrowestFirst(wanted)) {
            PortPublish port = choose(wanted.get(i), before, taken);
            if (port == null) {
                return new Grant.Refused(
                        new Refusal(
                                ProblemType.PORT_IN_USE, "no port from " + first(wanted.get(i)) + " to " + last(wanted.get(i)) + " is free", "ports[" + i + "].hostPort",
                                wanted.get(i).ranges() ? "choose another range, or 0 for any free one" : null));
            }
            granted[i] = port;
            taken.add(new Held(port, "this request", id));
        }
        return new Grant.Granted(List.of(granted));
    }

    /** Of those that leave the choice to us: who has the least of it chooses first. */
    private static List<Integer> narrowestFirst(List<PortPublish> wanted) {
        return IntStream.range(0, wanted.size())
                .filter(i -> wanted.get(i).hostPort() == 0 || wanted.get(i).ranges())
                .boxed()
                .sorted(Comparator.comparing(i -> last(wanted.get(i)) - first(wanted.get(i))))
                .toList();
    }

    private static int first(PortPublish wanted) {
        return wanted.ranges() ? wanted.hostPort() : FIRST_CHOSEN;
    }

    private static int last(PortPublish wanted) {
        return wanted.ranges() ? wanted.lastHostPort() : LAST_CHOSEN;
    }

    private static PortPublish choose(PortPublish wanted, List<Held> before, List<Held> taken) {
        for (Held own : before) {
            PortPublish port = own.port();
            boolean chosen = port.hostPort() >= first(wanted) && port.hostPort() <= last(wanted);
            if (chosen && wanted.at(port.hostPort()).equals(port) && free(port, taken)) {
                return port;
            }
        }
        for (int number = first(wanted); number <= last(wanted); number++) {
            PortPublish candidate = wanted.at(number);
            if (free(candidate, taken)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean free(PortPublish port, List<Held> taken) {
        return taken.stream().noneMatch(one -> conflict(one.port(), port));
    }

    private static boolean conflict(PortPublish one, PortPublish other) {
        return one.hostPort() == other.hostPort()
                && one.protocol() == other.protocol()
                && (one.hostAddress() == null || other.hostAddress() == null || one.hostAddress().equals(other.hostAddress()));
    }

    private static String text(PortPublish port) {
        String address = port.hostAddress() == null ? "" : port.hostAddress() + ":";
        return address + port.hostPort() + "/" + port.protocol().name().toLowerCase(Locale.ROOT);
    }
}

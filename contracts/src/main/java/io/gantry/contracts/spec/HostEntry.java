package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;

/**
 * A line of a container's {@code /etc/hosts}.
 *
 * @param address {@code null} for its node, as the container reaches it: the node's own address on its first network
 */
public record HostEntry(String name, Ipv4 address) {
    /** A container has so many at most. */
    public static final int MOST = 256;

    /** Docker's word for the node. */
    public static final String NODE = "host-gateway";

    public HostEntry {
        if (name == null || !Check.isAlias(name)) {
            throw new BadField("name", "the name of a host is letters, digits and - between them; got '" + name + "'", "write for example {\"name\": \"db\", \"address\": \"192.0.2.7\"}");
        }
    }

    /**
     * {@code db:192.0.2.7} or {@code db=192.0.2.7}, {@code db:host-gateway} for the node.
     *
     * @throws BadField if it is neither
     */
    public static HostEntry parse(String text) {
        String[] parts = text.split("[:=]", 2);
        if (parts.length < 2) {
            throw new BadField("", "a further host is a name and an address, as db:192.0.2.7; got '" + text + "'");
        }
        return new HostEntry(parts[0], parts[1].equals(NODE) ? null : Ipv4.parse(parts[1]));
    }

    /** @throws BadField if there are more than {@link #MOST}, or one is {@code null} */
    public static List<HostEntry> checked(String field, List<HostEntry> given) {
        List<HostEntry> all = Check.complete(field, given);
        if (all.size() > MOST) {
            throw new BadField(field, field + " has " + all.size() + " entries, " + MOST + " at most");
        }
        return all;
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return name + ":" + (address == null ? NODE : address);
    }
}

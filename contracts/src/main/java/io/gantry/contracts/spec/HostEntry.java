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

    public HostEntry {
        if (name == null || !Check.isAlias(name)) {
            throw new BadField("name", "the name of a host is letters, digits and - between them; got '" + name + "'", "write for example {\"name\": \"db\", \"address\": \"192.0.2.7\"}");
        }
    }

    static List<HostEntry> checked(String field, List<HostEntry> given) {
        List<HostEntry> all = Check.complete(field, given);
        if (all.size() > MOST) {
            throw new BadField(field, field + " has " + all.size() + " entries, " + MOST + " at most");
        }
        return all;
    }
}

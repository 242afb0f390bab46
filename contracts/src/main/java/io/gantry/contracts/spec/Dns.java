package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;

/**
 * How a container resolves names that are none of its networks'.
 *
 * @param servers asked in this order in place of the node's own; names of the container's networks are resolved as ever
 * @param search domains that are tried before those of its networks
 * @param options for its resolver, {@code ndots:2} (resolv.conf(5))
 */
public record Dns(List<Ipv4> servers, List<String> search, List<String> options) {
    public static final Dns OF_THE_NODE = new Dns(null, null, null);

    private static final int MOST = 8;
    private static final String OPTION = "[a-z0-9-]+(:\\d+)?";

    public Dns {
        servers = few("dns.servers", servers == null ? List.of() : Check.complete("dns.servers", servers));
        search = few("dns.search", search == null ? List.of() : Check.complete("dns.search", search));
        options = few("dns.options", options == null ? List.of() : Check.complete("dns.options", options));
        for (int i = 0; i < search.size(); i++) {
            if (!search.get(i).equals(".") && !Check.isAlias(search.get(i))) {
                throw new BadField("dns.search[" + i + "]", "dns.search has DNS names, got '" + search.get(i) + "'", "write for example shop.example");
            }
        }
        for (int i = 0; i < options.size(); i++) {
            if (!options.get(i).matches(OPTION)) {
                throw new BadField("dns.options[" + i + "]", "dns.options are words, some with a number, got '" + options.get(i) + "'", "write for example ndots:2");
            }
        }
    }

    private static <T> List<T> few(String field, List<T> all) {
        if (all.size() > MOST) {
            throw new BadField(field, field + " has " + all.size() + " entries, " + MOST + " at most");
        }
        return all;
    }

    /** Nothing of it is said. */
    @JsonIgnore
    public boolean isTheNodes() {
        return equals(OF_THE_NODE);
    }
}

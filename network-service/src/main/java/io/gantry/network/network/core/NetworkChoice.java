package io.gantry.network.network.core;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which subnet and identifier a new network gets, or why there can't be one. */
public final class NetworkChoice {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?");
    private static final int DEFAULT_PREFIX = 20;
    private static final int OTHER_PREFIX = 24;
    private static final int SMALLEST_PREFIX = 29;
    private static final int LARGEST_PREFIX = 8;
    /** A VXLAN identifier has 24 bits (RFC 7348, section 5): as many as a pool's base has above its last 8. */
    private static final int VNI_SHIFT = 8;

    public sealed interface Choice {
        record Granted(Cidr subnet, int vni) implements Choice {}

        record Refused(Refusal refusal) implements Choice {}
    }

    private NetworkChoice() {}

    /**
     * Identifiers are counted from the pool's base: installations with different pools fit beside each other on one host, whose kernel
     * has each identifier once.
     *
     * @param wanted {@code null} chooses the first free part of {@code pool}: a /20 for the default network, a /24 for others
     * @param virtual virtual IPs come from here
     * @param nodes addresses of the hosts on their underlay: a network that held one would cut it off from the others
     */
    public static Choice choose(String name, Cidr wanted, Collection<Network> existing, Cidr pool, Cidr virtual, Collection<Ipv4> nodes) {
        if (name == null || !NAME.matcher(name).matches()) {
            return refused(ProblemType.INVALID_FIELD, "'" + name + "' is no network name", "name", "use a to z, 0 to 9, and - and _ inside, at most 63");
        }
        if (name.equals(ContainerSpec.NO_NETWORK)) {
            return refused(ProblemType.INVALID_FIELD, "'none' means no network", "name", "choose another name");
        }
        if (name.equals(Namespaces.HOST)) {
            return refused(ProblemType.INVALID_FIELD, "'host' means the network of a container's node", "name", "choose another name");
        }
        if (existing.stream().anyMatch(network -> network.name().equals(name))) {
            return refused(ProblemType.NAME_IN_USE, "there is a network '" + name + "' already", "name", "choose another name");
        }
        int vni = existing.stream().mapToInt(Network::vni).max().orElse(pool.base().bits() >>> VNI_SHIFT) + 1;
        return wanted == null ? fromPool(name, existing, pool, virtual, nodes, vni) : asWanted(wanted, existing, virtual, nodes, vni);
    }

    private static Choice asWanted(Cidr wanted, Collection<Network> existing, Cidr virtual, Collection<Ipv4> nodes, int vni) {
        if (wanted.prefix() > SMALLEST_PREFIX || wanted.prefix() < LARGEST_PREFIX) {
            String hint = wanted.prefix() > SMALLEST_PREFIX ? "it has no room for the nodes' gateways and a container: choose a larger subnet" : "choose a smaller subnet";
            return refused(ProblemType.INVALID_FIELD, "a subnet's prefix is " + LARGEST_PREFIX + " to " + SMALLEST_PREFIX + ", got " + wanted, "subnet", hint);
        }
        Optional<SpecialAddresses> special = SpecialAddresses.in(wanted);
        if (special.isPresent()) {
            String detail = wanted + " is no subnet for containers: " + special.get().range() + " is for " + special.get().purpose();
            return refused(ProblemType.INVALID_FIELD, detail, "subnet", "choose a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
        }
        Optional<Ipv4> node = nodes.stream().filter(wanted::contains).findFirst();
        if (node.isPresent()) {
            return refused(ProblemType.CONFLICT, wanted + " holds " + node.get() + ", the address of a node", "subnet", "choose a subnet apart from the nodes' own");
        }
        if (wanted.overlaps(virtual)) {
            return refused(ProblemType.CONFLICT, wanted + " overlaps " + virtual + ", where virtual IPs are", "subnet", "choose another subnet");
        }
        return existing.stream()
                .filter(network -> network.subnet().overlaps(wanted))
                .findFirst()
                .map(network -> refused(
                        ProblemType.CONFLICT,
                        wanted + " overlaps " + network.subnet() + " of network '" + network.name() + "'",
                        "subnet",
                        "choose another subnet, or leave it out"))
                .orElseGet(() -> new Choice.Granted(wanted, vni));
    }

    private static Choice fromPool(
            String name, Collection<Network> existing, Cidr pool, Cidr virtual, Collection<Ipv4> nodes, int vni) {
        int prefix = Math.max(pool.prefix(), name.equals(ContainerSpec.DEFAULT_NETWORK) ? DEFAULT_PREFIX : OTHER_PREFIX);
        long parts = 1L << prefix - pool.prefix();
        for (long i = 0; i < parts; i++) {
            Cidr candidate = new Cidr(pool.base().plus((int) (i << 32 - prefix)), prefix);
            if (!candidate.overlaps(virtual)
                    && nodes.stream().noneMatch(candidate::contains)
                    && existing.stream().noneMatch(network -> network.subnet().overlaps(candidate))) {
                return new Choice.Granted(candidate, vni);
            }
        }
        return refused(ProblemType.NO_ADDRESS, "no /" + prefix + " is left in " + pool, "subnet", "name a subnet yourself, or remove a network");
    }

    private static Choice refused(ProblemType type, String detail, String field, String hint) {
        return new Choice.Refused(new Refusal(type, detail, field, hint));
    }
}

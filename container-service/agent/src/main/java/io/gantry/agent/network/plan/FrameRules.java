package io.gantry.agent.network.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text of this host's nftables table for frames: a container sends IPv4 and ARP from its own Ethernet and IPv4 address, and nothing else;
 * so it can't answer for a neighbour, take a neighbour's address, or be heard by IPv6, which networks don't have. Cables are known by the group
 * that they are made in: one that isn't listed sends nothing. Tunnels, and whatever else hangs on a bridge of this host, are not concerned.
 *
 * @param group of all cables of this agent, see {@link HostNetworkProgram#cableGroup}
 */
public record FrameRules(String table, int group, List<Sender> senders) {
    /** The set of who may send as what. */
    public static final String SENDERS = "senders";

    public FrameRules {
        senders = senders.stream().distinct().sorted(Comparator.comparing(Sender::port)).toList();
    }

    public FrameRules with(Collection<Sender> more) {
        return new FrameRules(table, group, Stream.concat(senders.stream(), more.stream()).toList());
    }

    public FrameRules withoutSenders() {
        return new FrameRules(table, group, List.of());
    }

    /** Those that aren't among the others', as elements of the set {@link #SENDERS}. */
    public List<String> sendersBeside(FrameRules others) {
        Set<Sender> known = Set.copyOf(others.senders);
        return senders.stream().filter(sender -> !known.contains(sender)).map(FrameRules::element).toList();
    }

    public String text() {
        return """
                table bridge %s {
                	set senders {
                		type ifname . ether_addr . ipv4_addr
                %s	}
                	chain sending {
                		type filter hook prerouting priority filter; policy accept;
                		meta iifgroup != %d accept
                		iifname . ether saddr . ip saddr @senders accept
                		arp htype 1 arp ptype ip iifname . ether saddr . arp saddr ip @senders iifname . arp saddr ether . arp saddr ip @senders accept
                		drop
                	}
                }
                """
                .formatted(table, elements(), group);
    }

    /** Of the set {@link #SENDERS}. */
    private static String element(Sender sender) {
        return "\"%s\" . %s . %s".formatted(sender.port(), sender.mac(), sender.address());
    }

    private String elements() {
        return senders.isEmpty()
                ? ""
                : senders.stream()
                        .map(FrameRules::element)
                        .collect(Collectors.joining(", ", "\t\telements = { ", " }\n"));
    }
}

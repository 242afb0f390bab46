package io.gantry.agent.network.plan;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of this host's traffic a published port takes, whoever is behind it.
 *
 * @param address empty for every address of the host, loopback included
 */
public record PublishedPort(Optional<Ipv4> address, int port, PortPublish.Protocol protocol) {
    /** An address that is not this host's stays whose it is, whatever somebody asked to publish. */
    private static final String LOCAL = "fib daddr type local";
    private static final Pattern RULE = Pattern.compile(LOCAL + "(?: ip daddr ([0-9.]+))? (tcp|udp) dport (\\d+) dnat to");

    public static PublishedPort of(PortPublish port) {
        return new PublishedPort(Optional.ofNullable(port.hostAddress()), port.hostPort(), port.protocol());
    }

    /** Those that have a rule as long as nothing stands in the way. */
    public static Set<PublishedPort> of(Collection<Desired.Endpoint> endpoints, Collection<Desired.Service> services) {
        Set<PublishedPort> all = new LinkedHashSet<>();
        endpoints.stream().filter(Desired.Endpoint::ready).flatMap(endpoint -> endpoint.ports().stream()).map(PublishedPort::of).forEach(all::add);
        services.stream()
                .filter(service -> !service.backends().isEmpty())
                .flatMap(service -> service.ports().stream())
                .map(PublishedPort::of)
                .forEach(all::add);
        return all;
    }

    /** Those that a ruleset takes, ours or as the kernel lists it. */
    public static Set<PublishedPort> in(String ruleset) {
        Set<PublishedPort> all = new LinkedHashSet<>();
        Matcher rule = RULE.matcher(ruleset);
        while (rule.find()) {
            all.add(new PublishedPort(
                    Optional.ofNullable(rule.group(1)).map(Ipv4::parse), Integer.parseInt(rule.group(3)),
                    PortPublish.Protocol.valueOf(rule.group(2).toUpperCase(Locale.ROOT))));
        }
        return all;
    }

    /** As the services are told of it. */
    public Observed.WithheldPort withheld(String why) {
        return new Observed.WithheldPort(address.orElse(null), port, protocol, why);
    }

    /** The part of a rule that says which packets. */
    String match() {
        return LOCAL + address.map(one -> " ip daddr " + one).orElse("") + " " + protocol.name().toLowerCase(Locale.ROOT) + " dport " + port;
    }

    /** {@code 8080/tcp} or {@code 192.0.2.7:53/udp}. */
    @Override
    public String toString() {
        return address.map(one -> one + ":").orElse("") + port + "/" + protocol.name().toLowerCase(Locale.ROOT);
    }
}

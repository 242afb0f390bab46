package io.gantry.network.network.core;

import io.gantry.contracts.unit.Cidr;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that mean something to every host, so that no network can have them (RFC 6890).
 *
 * @param purpose as in "is for …"
 */
record SpecialAddresses(Cidr range, String purpose) {
    private static final List<SpecialAddresses> ALL =
            List.of(
                    new SpecialAddresses(Cidr.parse("0.0.0.0/8"), "this host itself, before it has an address"),
                    new SpecialAddresses(Cidr.parse("127.0.0.0/8"), "each host's loopback"),
                    new SpecialAddresses(Cidr.parse("169.254.0.0/16"), "one link, and clouds' metadata"),
                    new SpecialAddresses(Cidr.parse("224.0.0.0/4"), "multicast"),
                    new SpecialAddresses(Cidr.parse("240.0.0.0/4"), "nobody (reserved), and for broadcast"));

    static Optional<SpecialAddresses> in(Cidr subnet) {
        return ALL.stream().filter(special -> special.range().overlaps(subnet)).findFirst();
    }
}

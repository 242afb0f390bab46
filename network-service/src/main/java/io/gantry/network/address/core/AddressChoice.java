package io.gantry.network.address.core;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.util.Optional;
import java.util.Set;

/** The lowest free address of a pool. */
public final class AddressChoice {
    private AddressChoice() {}

    /**
     * Never the first (the subnet itself) or the last (broadcast).
     *
     * @param taken leased, or released and still held
     */
    public static Optional<Ipv4> choose(Cidr pool, Set<Ipv4> taken) {
        for (int i = 1; i < pool.size() - 1; i++) {
            Ipv4 candidate = pool.base().plus(i);
            if (!taken.contains(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}

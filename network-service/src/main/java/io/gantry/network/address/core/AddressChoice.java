package io.gantry.network.address.core;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.util.Optional;
import java.util.Set;

/** Which addresses of a pool somebody can have, and which one gets whoever doesn't care, if none was given back. */
public final class AddressChoice {
    private AddressChoice() {}

    /** Whether somebody can have it: it lies in the pool, and is neither its first (the subnet itself) nor its last (broadcast). */
    public static boolean has(Cidr pool, Ipv4 address) {
        return pool.contains(address) && !address.equals(pool.base()) && !address.equals(last(pool).plus(1));
    }

    /** The lowest that somebody can have. */
    public static Ipv4 first(Cidr pool) {
        return pool.base().plus(1);
    }

    /** The highest that somebody can have. */
    public static Ipv4 last(Cidr pool) {
        return pool.base().plus((int) (pool.size() - 2));
    }

    /**
     * The lowest that isn't taken; never the first (the subnet itself) or the last (broadcast).
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

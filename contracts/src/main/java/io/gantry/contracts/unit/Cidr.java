package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An IPv4 subnet, {@code 10.64.0.0/16}; host bits are zero. In JSON that text. */
public record Cidr(Ipv4 base, int prefix) {
    public Cidr {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("a prefix is 0 to 32, got " + prefix);
        }
        if ((base.bits() & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException(
                    base + "/" + prefix + " has host bits set; write " + new Ipv4(base.bits() & mask(prefix)) + "/" + prefix);
        }
    }

    @JsonCreator
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a subnet; write for example 10.64.0.0/16");
        }
        try {
            return new Cidr(Ipv4.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a subnet: the prefix is no number");
        }
    }

    /** Number of addresses, network and broadcast address included. */
    public long size() {
        return 1L << 32 - prefix;
    }

    public boolean contains(Ipv4 address) {
        return (address.bits() & mask(prefix)) == base.bits();
    }

    public boolean overlaps(Cidr other) {
        return contains(other.base) || other.contains(base);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << 32 - prefix;
    }

    @Override
    @JsonValue
    public String toString() {
        return base + "/" + prefix;
    }
}

package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An IPv4 address. In JSON the dotted form. {@code bits} holds it unsigned, most significant byte first. */
public record Ipv4(int bits) implements Comparable<Ipv4> {
    private static final int OCTETS = 4;
    private static final int MOST_DIGITS = 3;

    /** By hand, since lists of them are read at each start of a container. */
    @JsonCreator
    public static Ipv4 parse(String text) {
        int bits = 0;
        int at = 0;
        for (int i = 1; i <= OCTETS; i++) {
            int end = i < OCTETS ? text.indexOf('.', at) : text.length();
            bits = bits << 8 | octet(text, at, end);
            at = end + 1;
        }
        return new Ipv4(bits);
    }

    private static int octet(String text, int from, int to) {
        if (to <= from || to - from > MOST_DIGITS) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
        }
        int octet = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
            }
            octet = octet * 10 + digit - '0';
        }
        if (octet > 255) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 address: " + octet + " is above 255");
        }
        return octet;
    }

    public Ipv4 plus(int offset) {
        return new Ipv4(bits + offset);
    }

    /** Four bytes, network order. */
    public byte[] toBytes() {
        return new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
    }

    @Override
    public int compareTo(Ipv4 other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    @JsonValue
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }
}

package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** An Ethernet address. In JSON {@code 02:42:0a:40:00:02}. */
public record MacAddress(@JsonValue String value) {
    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    /** Locally administered, of one host. */
    private static final String FOLLOWING = "02:47:";
    private static final String ZERO = "00:00:00:00:00:00";
    private static final HexFormat FORM = HexFormat.ofDelimiter(":");

    @JsonCreator
    public MacAddress {
        if (value == null || !TEXT.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not an Ethernet address in lower case");
        }
    }

    /** As people write it: in small letters or capitals, with colons or hyphens. */
    public static MacAddress parse(String text) {
        return new MacAddress(text.toLowerCase(Locale.ROOT).replace('-', ':'));
    }

    /** The address of whoever holds {@code address}: locally administered, {@code 02:47} then the four bytes. */
    public static MacAddress of(Ipv4 address) {
        return new MacAddress(FOLLOWING + FORM.formatHex(address.toBytes()));
    }

    /** IEEE 802, 8.2: not a group's, and not nobody's. */
    public boolean isOfOneHost() {
        return (toBytes()[0] & 1) == 0 && !value.equals(ZERO);
    }

    /** It is what {@link #of} makes of some address. */
    public boolean followsFromAnAddress() {
        return value.startsWith(FOLLOWING);
    }

    /** Six bytes. */
    public byte[] toBytes() {
        return FORM.parseHex(value);
    }

    @Override
    public String toString() {
        return value;
    }
}

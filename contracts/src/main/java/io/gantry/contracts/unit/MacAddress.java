package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** An Ethernet address. In JSON {@code 02:42:0a:40:00:02}. */
public record MacAddress(@JsonValue String value) {
    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final HexFormat FORM = HexFormat.ofDelimiter(":");

    @JsonCreator
    public MacAddress {
        if (value == null || !TEXT.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not an Ethernet address in lower case");
        }
    }

    /** The address of whoever holds {@code address}: locally administered, {@code 02:47} then the four bytes. */
    public static MacAddress of(Ipv4 address) {
        return new MacAddress("02:47:" + FORM.formatHex(address.toBytes()));
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

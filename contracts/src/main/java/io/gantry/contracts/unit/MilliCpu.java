package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Processor time in thousandths of a core: 1500 is one core and a half. In JSON a number. */
public record MilliCpu(@JsonValue long value) implements Comparable<MilliCpu> {
    public static final MilliCpu ZERO = new MilliCpu(0);

    @JsonCreator
    public MilliCpu {
        if (value < 0) {
            throw new IllegalArgumentException("processor time can't be negative, got " + value);
        }
    }

    /** Reads {@code 1.5} (cores) or {@code 250m} (thousandths). */
    public static MilliCpu parse(String text) {
        try {
            String digits = text.strip();
            return digits.endsWith("m")
                    ? new MilliCpu(Long.parseLong(digits.substring(0, digits.length() - 1)))
                    : new MilliCpu(
                            new BigDecimal(digits).movePointRight(3).setScale(0, RoundingMode.UP).longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number of cores; write for example 0.5 or 250m");
        }
    }

    @Override
    public int compareTo(MilliCpu other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return BigDecimal.valueOf(value, 3).stripTrailingZeros().toPlainString();
    }
}

package io.gantry.gateway.events;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moments as people and Docker's clients write them: RFC 3339, Unix seconds with up to nine decimals, or so long ago ({@code 1h30m}, as in Go). Years have four
 * digits, as RFC 3339 has them: with others nobody can reckon. Pure.
 */
public final class MomentText {
    public static final String WORDS = "a time such as 2026-01-31T12:00:00Z, Unix seconds such as 1767357000.5, or so long ago such as 10m";

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,12}(\\.\\d{0,9})?");
    private static final Pattern AGO = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L, "us", 1_000L, "µs", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);

    private MomentText() {}

    /** Empty for what is no moment. */
    public static Optional<Instant> parse(String text, Instant now) {
        return read(text, now).filter(moment -> !moment.isBefore(FIRST) && !moment.isAfter(LAST));
    }

    private static Optional<Instant> read(String text, Instant now) {
        try {
            if (SECONDS.matcher(text).matches()) {
                BigDecimal seconds = new BigDecimal(text);
                return Optional.of(Instant.ofEpochSecond(seconds.longValue(), seconds.remainder(BigDecimal.ONE).multiply(BILLION).longValue()));
            }
            return text.contains("T") ? Optional.of(Instant.parse(text)) : ago(text).map(now::minus);
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> ago(String text) {
        Matcher piece = AGO.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int read = 0;
        while (read < text.length() && piece.find(read) && piece.start() == read) {
            nanos = nanos.add(new BigDecimal(piece.group(1)).multiply(BigDecimal.valueOf(NANOS.get(piece.group(2)))));
            read = piece.end();
        }
        return read == 0 || read < text.length() ? Optional.empty() : Optional.of(Duration.ofNanos(nanos.toBigInteger().longValueExact()));
    }
}

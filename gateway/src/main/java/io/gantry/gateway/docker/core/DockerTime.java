package io.gantry.gateway.docker.core;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times as clients send them: Unix seconds with up to nine decimals, or RFC 3339. */
public final class DockerTime {
    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000);

    private DockerTime() {}

    /** @param text may be {@code null}; 0 is no limit, as is nothing */
    public static Optional<Instant> parse(String text) {
        if (text == null || text.isEmpty() || text.equals("0")) {
            return Optional.empty();
        }
        try {
            if (text.contains("T")) {
                return Optional.of(Instant.parse(text));
            }
            BigDecimal seconds = new BigDecimal(text);
            return Optional.of(Instant.ofEpochSecond(seconds.longValue(), seconds.remainder(BigDecimal.ONE).multiply(BILLION).longValue()));
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new DockerRefusal(400, "'" + text + "' is not a time");
        }
    }
}

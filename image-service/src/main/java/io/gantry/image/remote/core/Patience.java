package io.gantry.image.remote.core;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * How often a registry is asked again, and after how long: twice as long each time, by chance up to a half less so that many who were refused at once don't come back at once; or as
 * long as the registry itself says ({@code Retry-After}, RFC 9110, 10.2.3), if that is not too long to wait for.
 *
 * @param attempts in all, without any progress between them
 * @param first pause
 */
public record Patience(int attempts, Duration first) {
    /** Who is told to come back later than that is told so. */
    public static final Duration LONGEST = Duration.ofSeconds(60);

    /** Not now, says the registry, or what stands before it. */
    private static final Set<Integer> NOT_NOW = Set.of(408, 429, 502, 503, 504);

    /** Nothing was done for the request, whatever it was. */
    private static final Set<Integer> UNTOUCHED = Set.of(429, 503);

    /** @param repeatable the request does the same however often it is sent */
    public boolean isWorthAsking(int status, boolean repeatable) {
        return repeatable ? NOT_NOW.contains(status) : UNTOUCHED.contains(status);
    }

    /**
     * @param failures so far in a row, at least one
     * @param retryAfter the answer's header; {@code null} for none
     * @return how long to wait before the next attempt; empty to give up
     */
    public Optional<Duration> pause(int failures, String retryAfter, Instant now, RandomGenerator random) {
        if (failures >= attempts) {
            return Optional.empty();
        }
        Optional<Duration> said = said(retryAfter, now);
        if (said.isPresent()) {
            return said.filter(wait -> wait.compareTo(LONGEST) <= 0);
        }
        long most = Math.min(LONGEST.toMillis(), first.toMillis() << Math.min(20, failures - 1));
        return Optional.of(Duration.ofMillis(most - random.nextLong(most / 2 + 1)));
    }

    /** Seconds, or a date; empty for neither. */
    static Optional<Duration> said(String header, Instant now) {
        if (header == null) {
            return Optional.empty();
        }
        String text = header.strip();
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration until = Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            return Optional.of(until.isNegative() ? Duration.ZERO : until);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

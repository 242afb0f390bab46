package io.gantry.contracts.api;

/** What a request or an answer carries. */
public sealed interface Body {
    /** A record of the contracts as JSON. */
    record Of(Class<?> type) implements Body {}

    /** {@code {"items": […]}} of such records. */
    record ListOf(Class<?> type) implements Body {}

    /** One record as JSON each line. */
    record Lines(Class<?> type) implements Body {}

    /** Whatever the records say not: text, a tar, events. */
    record Raw(String mediaType, String what) implements Body {}

    record Nothing() implements Body {}
}

package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A rule for which tags stay; its fields are those of the request. */
public record RetentionView(@Always String name, @Always String repositories, Integer keepLast, Duration keepYounger, @Always List<String> keepTags, @Always Instant changedAt) {
    public RetentionView {
        keepTags = List.copyOf(keepTags);
    }
}

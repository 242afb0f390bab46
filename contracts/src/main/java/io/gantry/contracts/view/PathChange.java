package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;

/** What a container has done to a path of its image. */
public record PathChange(@Always Kind kind, @Always String path) {
    public enum Kind {
        ADDED,
        CHANGED,
        DELETED
    }
}

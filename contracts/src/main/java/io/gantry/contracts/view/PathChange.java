package io.gantry.contracts.view;

/** What a container has done to a path of its image. */
public record PathChange(Kind kind, String path) {
    public enum Kind {
        ADDED,
        CHANGED,
        DELETED
    }
}

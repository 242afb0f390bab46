package io.gantry.image.build.core;

/** Where in a Dockerfile; both count from 1. */
public record Position(int line, int column) {
    @Override
    public String toString() {
        return "line " + line + ", column " + column;
    }
}

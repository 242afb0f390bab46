package io.gantry.contracts.link;

import java.util.List;

/**
 * What a node is given of the files that one of its containers has, over its link's port: {@code GET /containers/{id}/files}.
 *
 * @param items one for each {@code secret} or {@code config} that the container's spec names, each once
 */
public record KeptFiles(List<One> items) {
    /** @param kind {@code secret} or {@code config} */
    public record One(String kind, String name, byte[] content) {
        /** What is secret stays out of messages. */
        @Override
        public String toString() {
            return kind + " " + name;
        }
    }
}

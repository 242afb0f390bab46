package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Topics;

/** The lists of {@code /api/v1} that can be watched, and which facts tell how they go on. */
enum WatchedList {
    CONTAINERS("container", Topics.CONTAINER),
    DEPLOYMENTS("deployment", Topics.DEPLOYMENT),
    NODES("node", Topics.NODE),
    RULES("rule", Topics.RULE),
    NETWORKS("network", Topics.NETWORK),
    VOLUMES("volume", Topics.VOLUME),
    IMAGES("image", Topics.IMAGE),
    BUILDS("build", Topics.BUILD);

    private final String one;
    private final String topic;

    WatchedList(String one, String topic) {
        this.one = one;
        this.topic = topic;
    }

    /** Below {@code /api/v1} and below its service, {@code /containers}. */
    String path() {
        return "/" + one + "s";
    }

    String topic() {
        return topic;
    }

    /** As {@link EventFilter} takes them. */
    String types() {
        return "io.gantry." + one + ".*";
    }
}

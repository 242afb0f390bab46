package io.gantry.gateway.route;

/** The services behind the gateway. */
public enum Part {
    IMAGE("image-service"),
    CONTAINER("container-service"),
    NETWORK("network-service"),
    SCHEDULER("scheduler-service");

    private final String title;

    Part(String title) {
        this.title = title;
    }

    /** Also the first segment of its internal paths. */
    public String title() {
        return title;
    }
}

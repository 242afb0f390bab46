package io.gantry.contracts.envelope;

import java.util.List;

/** Names of the Kafka topics and how many partitions each has. */
public final class Topics {
    public static final String IMAGE = "gantry.image.events";
    public static final String BUILD = "gantry.build.events";
    public static final String CONTAINER = "gantry.container.events";
    public static final String NETWORK = "gantry.network.events";
    /** Addresses: of containers, and the virtual IPs of deployments. */
    public static final String ENDPOINT = "gantry.endpoint.events";
    public static final String NODE = "gantry.node.events";
    public static final String DEPLOYMENT = "gantry.deployment.events";
    public static final String JOB = "gantry.job.events";
    public static final String RULE = "gantry.rule.events";
    public static final String VOLUME = "gantry.volume.events";
    public static final int FACT_PARTITIONS = 12;
    /** Facts are kept 30 days. */
    public static final long FACT_RETENTION_MILLIS = 30L * 24 * 60 * 60 * 1000;

    /** Compacted; key {@code node/kind/id}; partitioned by node id. */
    public static final String NODE_DESIRED = "gantry.node.desired";

    public static final String NODE_OBSERVED = "gantry.node.observed";
    public static final int STATE_PARTITIONS = 32;

    public static final List<String> FACTS =
            List.of(IMAGE, BUILD, CONTAINER, NETWORK, ENDPOINT, NODE, DEPLOYMENT, JOB, RULE, VOLUME);
    public static final List<String> STATES = List.of(NODE_DESIRED, NODE_OBSERVED);

    private Topics() {}

    /** The partition of all of a node's state records. */
    public static int statePartition(String nodeId) {
        return Math.floorMod(nodeId.hashCode(), STATE_PARTITIONS);
    }
}

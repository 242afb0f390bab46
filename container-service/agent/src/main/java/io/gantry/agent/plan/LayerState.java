package io.gantry.agent.plan;

/** What a container's writable layer is as a run begins. */
public enum LayerState {
    /** Nobody has written to it, nor made its folders but with its slot. */
    NEW,
    KEPT,
    /** The host went down while it was mounted without syncing. */
    TORN
}

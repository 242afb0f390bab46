package io.gantry.scheduler.node.core;

/** Whether a node's heartbeats arrive: {@code READY ⇄ SUSPECT → LOST → READY} (with a new epoch). */
public enum Health {
    READY,
    SUSPECT,
    LOST
}

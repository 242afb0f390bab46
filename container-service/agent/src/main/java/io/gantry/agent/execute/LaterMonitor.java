package io.gantry.agent.execute;

import java.io.IOException;

/** A monitor whose version this agent doesn't know: a later agent has left it. Its container is nothing that this one may touch. */
final class LaterMonitor extends IOException {
    private static final long serialVersionUID = 1L;

    LaterMonitor(int version) {
        super("the monitor speaks version %d, this agent %d to %d".formatted(version, Wire.OLDEST_MONITOR, Wire.MONITOR_VERSION));
    }
}

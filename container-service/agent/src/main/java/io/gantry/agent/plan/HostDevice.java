package io.gantry.agent.plan;

/**
 * A character device of this host that containers may be given.
 *
 * @param path {@code /dev/net/tun}
 */
public record HostDevice(String path, int major, int minor) {
    /** As the devices controller writes it. */
    public String rule(String access) {
        return "c %d:%d %s".formatted(major, minor, access);
    }
}

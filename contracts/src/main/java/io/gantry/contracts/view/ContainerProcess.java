package io.gantry.contracts.view;

import java.time.Instant;

/**
 * A process of a container, as its node sees it.
 *
 * @param pid in the container, {@code nodePid} on its node; {@code parent} is the {@code nodePid} of who started it
 * @param user its number in the container
 * @param cpuMillis processor time used; {@code cpuPercent} of one core's time since it began
 * @param memoryPercent {@code residentBytes} in the node's memory
 * @param state one letter, as in {@code ps}: R runs, S sleeps, D waits for a device, T is stopped, Z has ended
 * @param terminal {@code pts/0} and the like, or {@code null}
 * @param name of its program, as the kernel has it: at most 15 characters
 * @param command with its arguments; in brackets where it has none
 */
public record ContainerProcess(
        int pid,
        int nodePid,
        int parent,
        long user,
        Instant startedAt,
        long cpuMillis,
        double cpuPercent,
        long residentBytes,
        double memoryPercent,
        long virtualBytes,
        String state,
        String terminal,
        String name,
        String command) {}

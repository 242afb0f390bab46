package io.gantry.agent.network.port;

import io.gantry.agent.network.plan.PublishedPort;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.netlink.diag.BoundSocket;
import io.gantry.kernel.netlink.diag.SocketDiag;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.process.SocketOwners;
import io.gantry.kernel.syscall.Errno;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps published ports from taking traffic away from a program of this host that listens already, and programs from listening on ports that are
 * published already. Safe for several threads.
 */
public final class PortGuard implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PortGuard.class);
    private static final String HINT =
            "publish another host port or only one address of the node (hostAddress), or end the program that listens there";
    private final SocketDiag sockets;
    private final PortHolds holds;
    private final SocketOwners owners = new SocketOwners(Path.of("/proc"));
    private Set<Clash> told = Set.of();

    public PortGuard(NetworkNamespace namespace) {
        sockets = SocketDiag.open(namespace);
        holds = new PortHolds(namespace);
    }

    /**
     * Which of these are left to the program that listens there, and to which; each is warned of once.
     *
     * @param programmed those that are in force already
     */
    public synchronized Map<PublishedPort, String> withheld(Set<PublishedPort> wanted, Set<PublishedPort> programmed) {
        List<Clash> clashes = find(wanted, programmed);
        clashes.stream()
                .filter(clash -> !told.contains(clash))
                .forEach(clash -> LOG.warnf("%s; the port stays with it on this node, and is taken once it is free", describe(clash)));
        told = new HashSet<>(clashes);
        return clashes.stream().collect(Collectors.toUnmodifiableMap(Clash::port, this::describe));
    }

    /** Why a container that publishes these may not start here. */
    public Optional<Observed.Failure> refusal(Collection<PublishedPort> wanted, Set<PublishedPort> programmed) {
        return find(wanted, programmed).stream()
                .findFirst()
                .map(clash -> new Observed.Failure("publish-port", Errno.EADDRINUSE, describe(clash), HINT));
    }

    /** These are in force, and no others. */
    public void hold(Set<PublishedPort> inForce) {
        holds.hold(inForce);
    }

    private List<Clash> find(Collection<PublishedPort> wanted, Set<PublishedPort> programmed) {
        List<PublishedPort> free = wanted.stream().filter(port -> !programmed.contains(port) && !holds.holds(port)).toList();
        return free.isEmpty() ? List.of() : Clash.find(free, programmed, bound());
    }

    private List<BoundSocket> bound() {
        try {
            return sockets.bound();
        } catch (NetlinkFailure e) {
            // a kernel without it, which the probes have told: ports are published as if nobody listened
            LOG.debugf("this host's sockets can't be listed: %s", e.getMessage());
            return List.of();
        }
    }

    private String describe(Clash clash) {
        String who = owners.of(clash.socket().inode()).map(PortGuard::name).orElse("a program");
        return "port " + clash.port() + " is in use on this node: " + who + " listens on " + clash.listener();
    }

    private static String name(SocketOwners.Owner owner) {
        boolean ourselves = owner.pid() == ProcessHandle.current().pid();
        return ourselves ? "the agent itself, for containers' names or streams," : "'" + owner.name() + "' (pid " + owner.pid() + ")";
    }

    @Override
    public void close() {
        holds.close();
        sockets.close();
    }
}

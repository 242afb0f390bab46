package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One container as a person asks for it. The same record stands in a deployment's revision.
 *
 * @param image what to run; a tag is resolved to a digest once, when the container or revision is made
 * @param entrypoint replaces the image's entrypoint; {@code null} keeps it, an empty list removes it
 * @param command replaces the image's command; {@code null} keeps it (unless {@code entrypoint} is given, as in Docker)
 * @param env added to the image's environment, winning over it
 * @param workingDir absolute path inside; {@code null} keeps the image's
 * @param user {@code name}, {@code uid}, {@code name:group} or {@code uid:gid}, resolved inside the image; {@code null} keeps it
 * @param hostname as RFC 1123 has it, at most 64 characters; {@code null} means the container's short id
 * @param domainname of its host name, as that is written; {@code null} means none
 * @param tty a pseudo-terminal instead of pipes
 * @param stdin standard input stays open for attach; otherwise it is {@code /dev/null}
 * @param init a small process 1 that forwards signals and reaps orphans; on by default
 * @param readOnlyRoot the root file system is mounted read-only
 * @param network the network's name; {@code "none"} for loopback only, without ports; {@code "container:NAME"} for that container's own, its address
 *     and ports with it; {@code "host"} for the node's own, which needs a grant
 * @param aliases further DNS names on the network
 * @param resources what the host must give, see {@link Resources}
 * @param readiness when the container may receive traffic; {@code null} means as soon as it runs
 * @param health what the agent asks it for its health; {@code null} is the image's check
 * @param log how much of its output is kept
 * @param nodeName place it on this node only; {@code null} leaves the choice to the scheduler
 * @param mounts what is mounted beside the root, at most {@link Mount#MOST}
 * @param security where its isolation differs from the usual
 * @param namespaces which others it has together with another container
 * @param runtime the runtime class: by what its node makes it; {@link #DEFAULT_RUNTIME} if nothing is said. Only nodes that offer it take it
 * @param networks all that it is on, of which {@code network} and {@code aliases} say the first; {@code null} is that one alone. Empty for one that was
 *     taken off its last, whose name {@code network} still is
 * @param extraHosts further lines of its {@code /etc/hosts}
 * @param dns how it resolves names that are none of its networks'
 * @param publishAll each port that the image exposes is published, too, at any free port of the nodes
 * @param groups that its user is in besides, names or numbers, resolved inside the image, at most {@link #MOST_GROUPS}; commands run in it are in them, too
 * @param volumesFrom containers whose volumes it has, too, see {@link Borrowed}; they stand among the mounts once it is made
 * @param constraints what its node must be, at most {@link NodeConstraint#MOST}; all of them hold
 * @param autoRemove it is removed, with the volumes that were made for it alone, once it has ended or could not be started; goes with no restart policy
 */
public record ContainerSpec(
        @Always ImageRef image,
        List<String> entrypoint,
        List<String> command,
        Map<String, String> env,
        String workingDir,
        String user,
        String hostname,
        String domainname,
        boolean tty,
        boolean stdin,
        Boolean init,
        boolean readOnlyRoot,
        Resources resources,
        String network,
        List<String> aliases,
        List<PortPublish> ports,
        Map<String, String> labels,
        StopPolicy stop,
        RestartPolicy restart,
        Probe readiness,
        String nodeName,
        HealthCheck health,
        LogPolicy log,
        List<Mount> mounts,
        Security security,
        Namespaces namespaces,
        String runtime,
        List<NetworkUse> networks,
        List<HostEntry> extraHosts,
        Dns dns,
        boolean publishAll,
        List<String> groups,
        List<String> volumesFrom,
        List<NodeConstraint> constraints,
        boolean autoRemove) {
    public static final String DEFAULT_NETWORK = "default";
    public static final String NO_NETWORK = "none";
    public static final int MOST_GROUPS = 32;
    /** Namespaces and control groups of the node's own kernel, made by its agent. */
    public static final String DEFAULT_RUNTIME = "namespaces";

    public ContainerSpec {
        if (image == null) {
            throw new BadField("image", "image is missing", "write for example \"image\": \"shop/web:1.2\"");
        }
        entrypoint = Check.words("entrypoint", entrypoint);
        command = Check.words("command", command);
        env = Check.environment(env);
        Check.absolute("workingDir", workingDir);
        Check.user(user);
        Check.hostName("hostname", hostname);
        Check.hostName("domainname", domainname);
        init = init == null || init;
        resources = resources == null ? Resources.DEFAULT : resources;
        networks = networks == null ? null : NetworkUse.checked("networks", networks);
        network = network == null ? (networks == null || networks.isEmpty() ? DEFAULT_NETWORK : networks.getFirst().network()) : network;
        aliases = aliases != null ? Check.aliases(aliases) : networks == null || networks.isEmpty() ? List.of() : networks.getFirst().aliases();
        networks = networks == null ? alone(network, aliases) : agreeing(network, aliases, networks);
        ports = ports == null ? List.of() : Check.complete("ports", ports);
        if (ports.size() > PortPublish.MOST) {
            throw ExposedPorts.tooMany();
        }
        if (network.equals(NO_NETWORK) && (!ports.isEmpty() || publishAll)) {
            throw new BadField(publishAll ? "publishAll" : "ports", "ports can't be published from the network " + NO_NETWORK, "name another network, or leave the ports out");
        }
        if (network.equals(NO_NETWORK) && health != null && health.port() != null) {
            throw new BadField("health.kind", "health can't be asked at a port without a network", "use the kind COMMAND, or name another network");
        }
        labels = Check.named("labels", labels);
        stop = stop == null ? StopPolicy.DEFAULT : stop;
        restart = restart == null ? RestartPolicy.NO : restart;
        log = log == null ? LogPolicy.OF_THE_NODE : log;
        mounts = Mount.checked("mounts", mounts);
        Mount.Secret.checkVariables("mounts", mounts);
        security = security == null ? Security.DEFAULT : security;
        namespaces = namespaces == null ? Namespaces.OWN : namespaces;
        extraHosts = extraHosts == null ? List.of() : HostEntry.checked("extraHosts", extraHosts);
        dns = dns == null ? Dns.OF_THE_NODE : dns;
        if (network.equals(NO_NETWORK) && extraHosts.stream().anyMatch(entry -> entry.address() == null)) {
            throw new BadField("extraHosts", "without a network there is no way to the node that could be named", "give an address, or name another network");
        }
        SharedFields.check(network, namespaces, hostname, domainname, aliases, ports, publishAll, health, readiness, resources, security, extraHosts, dns);
        runtime = runtime == null ? DEFAULT_RUNTIME : Check.runtime(runtime);
        groups = groups == null ? List.of() : Check.groups(groups);
        volumesFrom = volumesFrom == null ? List.of() : Borrowed.checked(volumesFrom);
        constraints = constraints == null ? List.of() : NodeConstraint.checked(constraints);
        if (autoRemove && restart.mode() != RestartPolicy.Mode.NO) {
            throw new BadField("autoRemove", "what is started again by its restart policy isn't removed at its end", "leave autoRemove out, or restart");
        }
    }

    private static List<NetworkUse> alone(String network, List<String> aliases) {
        return isMade(network) ? List.of(new NetworkUse(network, aliases, null, null)) : List.of();
    }

    private static List<NetworkUse> agreeing(String network, List<String> aliases, List<NetworkUse> networks) {
        if (!networks.isEmpty() && !networks.getFirst().network().equals(network)) {
            throw new BadField(
                    "network", "network is '" + network + "', but the first of networks is '" + networks.getFirst().network() + "'", "leave network out");
        }
        if (!networks.isEmpty() && !networks.getFirst().aliases().equals(aliases)) {
            throw new BadField("aliases", "aliases are others than those of the first of networks", "leave aliases out, and say them there");
        }
        return networks;
    }

    private static boolean isMade(String network) {
        return !network.equals(NO_NETWORK) && !network.equals(Namespaces.HOST) && !network.startsWith(Namespaces.CONTAINER);
    }

    /** The smallest spec: everything but the image by default. */
    public static ContainerSpec of(ImageRef image, String... command) {
        return from(image).command(command.length == 0 ? null : List.of(command)).build();
    }

    /** A spec in the making: everything but the image by default. */
    public static ContainerSpecBuilder from(ImageRef image) {
        return new ContainerSpecBuilder(image);
    }

    /** A spec in the making: all as it is here. */
    public ContainerSpecBuilder but() {
        return new ContainerSpecBuilder(this);
    }

    /** Whose namespaces it shares: a container's name or id, as it was asked for; empty if it shares none. */
    @JsonIgnore
    public Optional<String> lender() {
        return namespaces.lender(Namespaces.lender(network));
    }

    /** Its network is another container's. */
    @JsonIgnore
    public boolean sharesNetwork() {
        return Namespaces.lender(network).isPresent();
    }

    /** Its network is its node's. */
    @JsonIgnore
    public boolean hostNetwork() {
        return network.equals(Namespaces.HOST);
    }

    /** It is on a network under an address of its own. */
    @JsonIgnore
    public boolean addressed() {
        return !networks.isEmpty();
    }

    /** It can be put on networks and taken off them: it has none, or some, of its own. */
    @JsonIgnore
    public boolean connectable() {
        return isMade(network);
    }

    /** It is asked for by {@code autoRemove}, or was by the label that did the same before; never of what its policy starts again. */
    @JsonIgnore
    public boolean removedAtItsEnd() {
        return restart.mode() == RestartPolicy.Mode.NO && (autoRemove || "true".equals(labels.get(OwnLabels.AUTO_REMOVE)));
    }

    /** How it is on the network of that name. */
    public Optional<NetworkUse> on(String name) {
        return networks.stream().filter(use -> use.network().equals(name)).findFirst();
    }

    /** The same, with the container that it names by this id. */
    public ContainerSpec sharingWith(ContainerId id) {
        return but().network(Namespaces.with(network, id.value())).namespaces(namespaces.with(id.value())).build();
    }

    /** The same with what that image exposes published, if that is asked for. */
    public ContainerSpec publishing(ImageConfig config) {
        if (!publishAll) {
            return this;
        }
        List<PortPublish> all = new ArrayList<>(ports);
        all.addAll(ExposedPorts.further(config.exposedPorts(), ports));
        return but().ports(all).build();
    }

    /** The secrets and configs among its mounts. */
    public List<Mount.Kept> kept() {
        return mounts.stream().filter(Mount.Kept.class::isInstance).map(Mount.Kept.class::cast).toList();
    }

    /** Program and arguments, as Docker puts them together: an entrypoint of one's own drops the image's command, too. Empty if neither says any. */
    public List<String> arguments(ImageConfig config) {
        List<String> arguments = new ArrayList<>(entrypoint == null ? config.entrypoint() : entrypoint);
        if (command != null) {
            arguments.addAll(command);
        } else if (entrypoint == null) {
            arguments.addAll(config.command());
        }
        return List.copyOf(arguments);
    }
}

package io.gantry.contracts.spec;

import io.gantry.contracts.unit.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Puts a {@link ContainerSpec} together by name: what isn't said, or is {@code null}, keeps its default. */
public final class ContainerSpecBuilder {
    private ImageRef image;
    private List<String> entrypoint;
    private List<String> command;
    private Map<String, String> env;
    private String workingDir;
    private String user;
    private String hostname;
    private String domainname;
    private boolean tty;
    private boolean stdin;
    private Boolean init;
    private boolean readOnlyRoot;
    private Resources resources;
    private String network;
    private List<String> aliases;
    private List<PortPublish> ports;
    private Map<String, String> labels;
    private StopPolicy stop;
    private RestartPolicy restart;
    private Probe readiness;
    private String nodeName;
    private HealthCheck health;
    private LogPolicy log;
    private List<Mount> mounts;
    private Security security;
    private Namespaces namespaces;
    private String runtime;
    private List<NetworkUse> networks;
    private List<HostEntry> extraHosts;
    private Dns dns;
    private boolean publishAll;
    private List<String> groups;
    private List<String> volumesFrom;
    private List<NodeConstraint> constraints;
    private boolean autoRemove;

    ContainerSpecBuilder(ImageRef image) {
        this.image = image;
    }

    ContainerSpecBuilder(ContainerSpec spec) {
        image = spec.image();
        entrypoint = spec.entrypoint();
        command = spec.command();
        env = spec.env();
        workingDir = spec.workingDir();
        user = spec.user();
        hostname = spec.hostname();
        domainname = spec.domainname();
        tty = spec.tty();
        stdin = spec.stdin();
        init = spec.init();
        readOnlyRoot = spec.readOnlyRoot();
        resources = spec.resources();
        network = spec.network();
        aliases = spec.aliases();
        ports = spec.ports();
        labels = spec.labels();
        stop = spec.stop();
        restart = spec.restart();
        readiness = spec.readiness();
        nodeName = spec.nodeName();
        health = spec.health();
        log = spec.log();
        mounts = spec.mounts();
        security = spec.security();
        namespaces = spec.namespaces();
        runtime = spec.runtime();
        networks = spec.networks();
        extraHosts = spec.extraHosts();
        dns = spec.dns();
        publishAll = spec.publishAll();
        groups = spec.groups();
        volumesFrom = spec.volumesFrom();
        constraints = spec.constraints();
        autoRemove = spec.autoRemove();
    }

    public ContainerSpecBuilder image(ImageRef value) {
        image = value;
        return this;
    }

    public ContainerSpecBuilder entrypoint(List<String> value) {
        entrypoint = value;
        return this;
    }

    public ContainerSpecBuilder command(List<String> value) {
        command = value;
        return this;
    }

    public ContainerSpecBuilder env(Map<String, String> value) {
        env = value;
        return this;
    }

    public ContainerSpecBuilder workingDir(String value) {
        workingDir = value;
        return this;
    }

    public ContainerSpecBuilder user(String value) {
        user = value;
        return this;
    }

    public ContainerSpecBuilder hostname(String value) {
        hostname = value;
        return this;
    }

    public ContainerSpecBuilder domainname(String value) {
        domainname = value;
        return this;
    }

    public ContainerSpecBuilder tty(boolean value) {
        tty = value;
        return this;
    }

    public ContainerSpecBuilder stdin(boolean value) {
        stdin = value;
        return this;
    }

    public ContainerSpecBuilder init(Boolean value) {
        init = value;
        return this;
    }

    public ContainerSpecBuilder readOnlyRoot(boolean value) {
        readOnlyRoot = value;
        return this;
    }

    public ContainerSpecBuilder resources(Resources value) {
        resources = value;
        return this;
    }

    /** This one alone. */
    public ContainerSpecBuilder network(String value) {
        if (!Objects.equals(network, value)) {
            network = value;
            networks = null;
        }
        return this;
    }

    /** On the first network. */
    public ContainerSpecBuilder aliases(List<String> value) {
        aliases = value;
        if (networks != null && !networks.isEmpty()) {
            List<NetworkUse> others = new ArrayList<>(networks);
            others.set(0, networks.getFirst().called(value));
            networks = others;
        }
        return this;
    }

    /** All of them; of none at all, {@code network} stays what it was. */
    public ContainerSpecBuilder networks(List<NetworkUse> value) {
        networks = value;
        boolean some = value != null && !value.isEmpty();
        network = some ? value.getFirst().network() : network;
        aliases = some ? value.getFirst().aliases() : null;
        return this;
    }

    public ContainerSpecBuilder ports(List<PortPublish> value) {
        ports = value;
        return this;
    }

    public ContainerSpecBuilder labels(Map<String, String> value) {
        labels = value;
        return this;
    }

    public ContainerSpecBuilder stop(StopPolicy value) {
        stop = value;
        return this;
    }

    public ContainerSpecBuilder restart(RestartPolicy value) {
        restart = value;
        return this;
    }

    public ContainerSpecBuilder readiness(Probe value) {
        readiness = value;
        return this;
    }

    public ContainerSpecBuilder nodeName(String value) {
        nodeName = value;
        return this;
    }

    public ContainerSpecBuilder health(HealthCheck value) {
        health = value;
        return this;
    }

    public ContainerSpecBuilder log(LogPolicy value) {
        log = value;
        return this;
    }

    public ContainerSpecBuilder mounts(List<Mount> value) {
        mounts = value;
        return this;
    }

    public ContainerSpecBuilder security(Security value) {
        security = value;
        return this;
    }

    public ContainerSpecBuilder namespaces(Namespaces value) {
        namespaces = value;
        return this;
    }

    public ContainerSpecBuilder runtime(String value) {
        runtime = value;
        return this;
    }

    public ContainerSpecBuilder extraHosts(List<HostEntry> value) {
        extraHosts = value;
        return this;
    }

    public ContainerSpecBuilder dns(Dns value) {
        dns = value;
        return this;
    }

    public ContainerSpecBuilder publishAll(boolean value) {
        publishAll = value;
        return this;
    }

    public ContainerSpecBuilder groups(List<String> value) {
        groups = value;
        return this;
    }

    public ContainerSpecBuilder volumesFrom(List<String> value) {
        volumesFrom = value;
        return this;
    }

    public ContainerSpecBuilder constraints(List<NodeConstraint> value) {
        constraints = value;
        return this;
    }

    public ContainerSpecBuilder autoRemove(boolean value) {
        autoRemove = value;
        return this;
    }

    public ContainerSpec build() {
        return new ContainerSpec(
                image, entrypoint, command, env, workingDir, user, hostname, domainname, tty, stdin, init, readOnlyRoot, resources, network, aliases, ports,
                labels, stop, restart, readiness, nodeName, health, log, mounts, security, namespaces, runtime, networks, extraHosts, dns, publishAll,
                groups, volumesFrom, constraints, autoRemove);
    }
}

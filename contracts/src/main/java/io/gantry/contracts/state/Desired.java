package io.gantry.contracts.state;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.time.Duration;
import java.util.List;

/** What a node shall hold. Written by the service that owns the kind, read by the node's agent. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Desired.Container.class, name = "container"),
    @JsonSubTypes.Type(value = Desired.Network.class, name = "network"),
    @JsonSubTypes.Type(value = Desired.Endpoint.class, name = "endpoint"),
    @JsonSubTypes.Type(value = Desired.Service.class, name = "service"),
    @JsonSubTypes.Type(value = Desired.Volume.class, name = "volume"),
    @JsonSubTypes.Type(value = Desired.Prefetch.class, name = "prefetch")
})
public sealed interface Desired {
    /** The last part of the record's key. */
    String recordId();

    /** What shall become of a container. {@code REMOVED} asks the agent to clean up; a tombstone follows its report. */
    enum Life {
        CREATED,
        RUNNING,
        STOPPED,
        REMOVED
    }

    /**
     * A container on this node; owned by container-service.
     *
     * @param life what it shall be
     * @param run counts the starts people asked for: a container that has exited runs again when this grows
     * @param signal the latest signal a person sent; delivered once, when its number is higher than the last delivered
     * @param stopSignal resolved from spec and image
     * @param grace before SIGKILL when {@code life} turns to STOPPED or REMOVED
     * @param update counts the changes of {@code spec}: one that runs by an older spec is given this one's limits as it runs
     * @param paused while it runs, all its processes are held still
     * @param volumes what of it lies in volumes of this node
     * @param files grows when a secret or config that it has is rotated: one that runs is given the new content as it runs
     */
    record Container(
            ContainerId id,
            String project,
            String name,
            Owner owner,
            Life life,
            long run,
            Signal signal,
            ContainerSpec spec,
            ResolvedImage image,
            String stopSignal,
            Duration grace,
            long update,
            boolean paused,
            List<VolumeMount> volumes,
            long files)
            implements Desired {
        public Container {
            volumes = volumes == null ? List.of() : List.copyOf(volumes);
        }

        /** The same by another spec. */
        public Container with(ContainerSpec other) {
            return new Container(id, project, name, owner, life, run, signal, other, image, stopSignal, grace, update, paused, volumes, files);
        }

        /** None of its files was ever rotated. */
        public Container(
                ContainerId id,
                String project,
                String name,
                Owner owner,
                Life life,
                long run,
                Signal signal,
                ContainerSpec spec,
                ResolvedImage image,
                String stopSignal,
                Duration grace,
                long update,
                boolean paused,
                List<VolumeMount> volumes) {
            this(id, project, name, owner, life, run, signal, spec, image, stopSignal, grace, update, paused, volumes, 0);
        }

        /** Without volumes. */
        public Container(
                ContainerId id,
                String project,
                String name,
                Owner owner,
                Life life,
                long run,
                Signal signal,
                ContainerSpec spec,
                ResolvedImage image,
                String stopSignal,
                Duration grace,
                long update,
                boolean paused) {
            this(id, project, name, owner, life, run, signal, spec, image, stopSignal, grace, update, paused, null, 0);
        }

        /** As it is made: never updated, not paused, without volumes. */
        public Container(
                ContainerId id,
                String project,
                String name,
                Owner owner,
                Life life,
                long run,
                Signal signal,
                ContainerSpec spec,
                ResolvedImage image,
                String stopSignal,
                Duration grace) {
            this(id, project, name, owner, life, run, signal, spec, image, stopSignal, grace, 0, false, null, 0);
        }

        /** The same with other files. */
        public Container withFiles(long number) {
            return new Container(id, project, name, owner, life, run, signal, spec, image, stopSignal, grace, update, paused, volumes, number);
        }

        @Override
        public String recordId() {
            return id.value();
        }
    }

    /** @param number grows with each signal sent to the container; {@code name} is {@code SIGHUP} and the like */
    record Signal(long number, String name) {}

    /**
     * A network on this node; owned by network-service.
     *
     * @param gateway this node's own address on the network: the bridge's, DNS answers there; differs from node to node
     * @param bridge the bridge's interface name, {@code g<hex>}, at most 15 characters
     * @param vni VXLAN identifier, 1 to 16777215
     */
    record Network(
            NetworkId id, String name, Cidr subnet, Ipv4 gateway, MacAddress gatewayMac, String bridge, int vni, int mtu)
            implements Desired {
        @Override
        public String recordId() {
            return id.value();
        }
    }

    /**
     * A holder of an address, here or on another node; owned by network-service. Every node with the network gets every
     * endpoint: the local one is a veth pair, a remote one is a forwarding and a neighbour entry; both are DNS names.
     *
     * @param container {@code null} for the gateway address of another node
     * @param node where it lives
     * @param nodeAddress that node's address on the underlay
     * @param names DNS names, lower case, without domain
     * @param ready receives traffic by name
     * @param ports published on every node
     */
    record Endpoint(
            EndpointId id,
            ContainerId container,
            NetworkId network,
            NodeId node,
            Ipv4 nodeAddress,
            Ipv4 address,
            MacAddress mac,
            List<String> names,
            boolean ready,
            List<PortPublish> ports)
            implements Desired {
        @Override
        public String recordId() {
            return id.value();
        }
    }

    /**
     * A virtual IP balanced over ready endpoints; owned by network-service, one per deployment and network.
     *
     * @param id the deployment's id
     * @param names DNS names that answer with {@code address}
     * @param address the virtual IP
     * @param ports published on every node; traffic to the virtual IP itself keeps its port
     * @param backends addresses of the ready endpoints
     */
    record Service(
            String id, NetworkId network, List<String> names, Ipv4 address, List<PortPublish> ports, List<Ipv4> backends)
            implements Desired {
        @Override
        public String recordId() {
            return id;
        }
    }

    /**
     * An image whose layers this node shall have before a container of it comes; owned by scheduler-service, one for each deployment that rolls out, and each
     * time somebody asks for it.
     *
     * @param id the deployment's, or of what somebody asked for
     */
    record Prefetch(String id, ResolvedImage image) implements Desired {
        @Override
        public String recordId() {
            return id;
        }
    }

    /**
     * A volume that is on this node; owned by container-service. What the node has and isn't desired any more goes, with all that is in it.
     *
     * @param size at most this much lies in it; {@code null} is no limit
     */
    record Volume(VolumeId id, String project, String name, Bytes size) implements Desired {
        /** Without a limit. */
        public Volume(VolumeId id, String project, String name) {
            this(id, project, name, null);
        }

        @Override
        public String recordId() {
            return id.value();
        }
    }
}

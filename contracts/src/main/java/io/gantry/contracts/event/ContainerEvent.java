package io.gantry.contracts.event;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The life of a container. All from container-service, but {@link Placed} and {@link Unplaceable}: scheduler-service's. */
public sealed interface ContainerEvent extends Event {
    ContainerId id();

    @Override
    default String subject() {
        return id().value();
    }

    /** Accepted; waits for a node and an address. {@code life} says whether it shall start at once; it goes where its {@code volumes} are. */
    record Requested(
            ContainerId id,
            String project,
            String name,
            Owner owner,
            ContainerSpec spec,
            ResolvedImage image,
            Desired.Life life,
            List<VolumeMount> volumes)
            implements ContainerEvent {
        public Requested {
            volumes = volumes == null ? List.of() : List.copyOf(volumes);
        }

        /** Without volumes. */
        public Requested(
                ContainerId id, String project, String name, Owner owner, ContainerSpec spec, ResolvedImage image, Desired.Life life) {
            this(id, project, name, owner, spec, image, life, null);
        }
    }

    /** scheduler-service chose a node. {@code reasons}: for each node's name, its score or why it was rejected. */
    record Placed(
            ContainerId id, NodeId node, String nodeName, ContainerSpec spec, String name, Owner owner, Map<String, String> reasons)
            implements ContainerEvent {}

    /** scheduler-service found no node. */
    record Unplaceable(ContainerId id, Map<String, String> reasons) implements ContainerEvent {}

    /** A person, a deployment or a build wants it to be something else from now on. */
    record LifeChanged(ContainerId id, Desired.Life life, long run) implements ContainerEvent {}

    record Created(ContainerId id, NodeId node) implements ContainerEvent {}

    record Started(ContainerId id, NodeId node, long run, Instant startedAt) implements ContainerEvent {}

    /** Its readiness changed. */
    record Readiness(ContainerId id, NodeId node, boolean ready) implements ContainerEvent {}

    /** A person sent it a signal, {@code SIGHUP} and the like. */
    record Signalled(ContainerId id, NodeId node, String signal) implements ContainerEvent {}

    /** Its health check has come to another result: HEALTHY or UNHEALTHY. */
    record HealthChanged(ContainerId id, NodeId node, Owner owner, Observed.Health health) implements ContainerEvent {}

    /** All its processes are held still. */
    record Paused(ContainerId id, NodeId node) implements ContainerEvent {}

    /** It goes on. */
    record Unpaused(ContainerId id, NodeId node) implements ContainerEvent {}

    /** @param restarting another run was asked for before this one's end was seen: it is started again, whatever its restart policy says, and the end is nobody's failure */
    record Exited(
            ContainerId id, NodeId node, Owner owner, long run, int exitCode, Observed.ExitReason reason, Instant finishedAt,
            Observed.OutOfMemory outOfMemory, boolean restarting)
            implements ContainerEvent {
        /** One that nobody asked to run again. */
        public Exited(ContainerId id, NodeId node, Owner owner, long run, int exitCode, Observed.ExitReason reason, Instant finishedAt, Observed.OutOfMemory outOfMemory) {
            this(id, node, owner, run, exitCode, reason, finishedAt, outOfMemory, false);
        }
    }

    /** It could not be made or started. */
    record Failed(ContainerId id, NodeId node, Owner owner, Observed.Failure failure) implements ContainerEvent {}

    /** Its node was declared lost. */
    record Lost(ContainerId id, NodeId node, Owner owner) implements ContainerEvent {}

    record Renamed(ContainerId id, String name) implements ContainerEvent {}

    /** Its spec has these limits and this restart policy from now on. */
    record Updated(ContainerId id, Resources resources, RestartPolicy restart) implements ContainerEvent {}

    /**
     * It shall be on the networks of {@code spec} from now on, and on no other.
     *
     * @param ready it runs, and may receive traffic
     */
    record NetworksChanged(ContainerId id, NodeId node, String nodeName, ContainerSpec spec, String name, Owner owner, boolean ready)
            implements ContainerEvent {}

    /** Nothing of it is left on its node. */
    record Removed(ContainerId id, NodeId node, Owner owner) implements ContainerEvent {}

    /** Told for those who look on: no service does anything because of it. */
    sealed interface News extends ContainerEvent {}

    /** It ended because a person had asked it to stop, or to restart. */
    record Stopped(ContainerId id, NodeId node, long run) implements News {}

    /** It runs because a person had asked it to restart. */
    record Restarted(ContainerId id, NodeId node, long run) implements News {}

    /** A further command is to be run in it. */
    record ExecCreated(ContainerId id, NodeId node, ExecId exec, List<String> command) implements News {
        public ExecCreated {
            command = List.copyOf(command);
        }
    }

    record ExecStarted(ContainerId id, NodeId node, ExecId exec, List<String> command) implements News {
        public ExecStarted {
            command = List.copyOf(command);
        }
    }

    /** {@code exitCode}: 126 or 127 where it could not be started. */
    record ExecEnded(ContainerId id, NodeId node, ExecId exec, int exitCode) implements News {}

    /** Its terminal has another size. */
    record Resized(ContainerId id, NodeId node, int rows, int columns) implements News {}

    /** Somebody has its streams. This one and those below are said by the gateway, which alone sees them: one that falls with it is lost. */
    record Attached(ContainerId id) implements News {}

    /** Somebody left its streams by typing the keys for that; it runs on. */
    record Detached(ContainerId id) implements News {}

    /** Somebody left a further command of it by the keys for that; the command runs on. */
    record ExecDetached(ContainerId id, ExecId exec) implements News {}

    /** Somebody looked at its processes. */
    record ProcessesListed(ContainerId id) implements News {}

    /** It became an image. {@code comment} may be {@code null}. */
    record Committed(ContainerId id, Digest image, List<ImageRef> tags, String comment) implements News {
        public Committed {
            tags = List.copyOf(tags);
        }
    }

    /** Its files as a whole were read. */
    record Exported(ContainerId id) implements News {}

    /** What is at {@code path} was read. */
    record CopiedFrom(ContainerId id, String path) implements News {}

    /** Files were put into the folder at {@code path}. */
    record CopiedInto(ContainerId id, String path) implements News {}

    /** Its {@code /dev/shm} is nearly full: what writes there is soon refused, or ends by SIGBUS. */
    record SharedMemoryFilled(ContainerId id, NodeId node, Bytes used, Bytes size) implements News {}

    /**
     * Others keep it waiting for {@code resource}: told once a minute at most.
     *
     * @param percent of {@code millis}, as long as it was looked at, in which some process of it waited
     * @param by who made it wait, the greatest first
     */
    record Disturbed(ContainerId id, NodeId node, Observed.Awaited resource, double percent, long millis, List<Observed.Disturber> by) implements News {
        public Disturbed {
            by = List.copyOf(by);
        }
    }
}

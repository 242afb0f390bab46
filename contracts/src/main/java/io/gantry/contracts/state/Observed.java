package io.gantry.contracts.state;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a node saw. Written by its agent, through the node link. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Observed.Container.class, name = "container"),
    @JsonSubTypes.Type(value = Observed.Happening.class, name = "happening"),
    @JsonSubTypes.Type(value = Observed.Node.class, name = "node")
})
public sealed interface Observed {
    enum Phase {
        /** Fetching layers or waiting for its endpoint. */
        PREPARING,
        CREATED,
        RUNNING,
        /** Alive, and the freezer holds every process of it. */
        PAUSED,
        STOPPING,
        EXITED,
        FAILED,
        REMOVED
    }

    /** Why a run ended. */
    enum ExitReason {
        EXITED,
        SIGNALLED,
        OUT_OF_MEMORY,
        /** Its health check failed, and it was made to end for that. */
        UNHEALTHY
    }

    /**
     * One container as it is on its node.
     *
     * @param run the run this speaks of, see {@link Desired.Container#run}
     * @param restarts how often the agent restarted it by policy within this run
     * @param pid in the node's own pid namespace; {@code null} when nothing runs
     * @param ready its readiness probe passes, or it has none and runs
     * @param exitCode 0 to 255; 128 + signal when signalled; {@code null} while it never ended
     * @param failure set in phase FAILED
     * @param applied what of the spec is in force
     * @param health {@code null} without a health check, or while nothing runs
     * @param nextTry when its agent starts it again by policy; {@code null} if it doesn't
     * @param stop how its latest run was asked to end; {@code null} if it wasn't
     * @param outOfMemory who was killed for want of memory in its latest run; {@code null} if nobody was
     * @param ends how it ended the last few times, the latest last; at most {@link #ENDS_KEPT}
     * @param sharedMemory its {@code /dev/shm}, if that is nearly full; otherwise {@code null}
     * @param plugged its endpoints that are interfaces of it now; none while nothing runs
     */
    record Container(
            ContainerId id,
            Phase phase,
            long run,
            int restarts,
            Integer pid,
            Instant startedAt,
            Instant finishedAt,
            boolean ready,
            Integer exitCode,
            ExitReason reason,
            Failure failure,
            Applied applied,
            Health health,
            Instant nextTry,
            Stop stop,
            OutOfMemory outOfMemory,
            List<End> ends,
            Filled sharedMemory,
            List<EndpointId> plugged)
            implements Observed {
        public Container {
            // agents from before told nothing of it
            applied = applied == null ? Applied.ALL : applied;
            ends = ends == null ? List.of() : List.copyOf(ends);
            plugged = plugged == null ? List.of() : List.copyOf(plugged);
        }

        /** That has not ended yet, with room in its shared memory. */
        public Container(
                ContainerId id,
                Phase phase,
                long run,
                int restarts,
                Integer pid,
                Instant startedAt,
                Instant finishedAt,
                boolean ready,
                Integer exitCode,
                ExitReason reason,
                Failure failure,
                Applied applied,
                Health health,
                Instant nextTry,
                Stop stop,
                OutOfMemory outOfMemory) {
            this(
                    id, phase, run, restarts, pid, startedAt, finishedAt, ready, exitCode, reason, failure, applied, health, nextTry, stop, outOfMemory,
                    null, null, null);
        }
    }

    /** So many ends of a container are kept. */
    int ENDS_KEPT = 5;

    /**
     * One end of a container, so that what goes wrong again and again can be seen.
     *
     * @param restarts how often policy had started it within that run
     * @param exitCode {@code null} where it could not be started
     * @param detail what could not be done where it could not be started; otherwise {@code null}
     * @param lastLines of its log, at most ten and cut off; none of one that ended with 0
     */
    record End(long run, int restarts, Instant startedAt, Instant finishedAt, Integer exitCode, ExitReason reason, String detail, List<String> lastLines) {
        public End {
            lastLines = lastLines == null ? List.of() : List.copyOf(lastLines);
        }
    }

    /** A file system in memory that is nearly full, and since when. */
    record Filled(Bytes used, Bytes size, Instant at) {}

    /**
     * Something that happened once in a container and left no state behind. Its record's version is above that of all that its node said of the
     * container before: one that is heard again is known by that.
     *
     * @param at by the node's clock
     */
    record Happening(ContainerId id, Instant at, What what) implements Observed {}

    /** What may happen. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "what")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = What.ExecCreated.class, name = "exec-created"),
        @JsonSubTypes.Type(value = What.ExecStarted.class, name = "exec-started"),
        @JsonSubTypes.Type(value = What.ExecEnded.class, name = "exec-ended"),
        @JsonSubTypes.Type(value = What.Resized.class, name = "resized"),
        @JsonSubTypes.Type(value = What.Disturbed.class, name = "disturbed")
    })
    sealed interface What {
        /** @param command {@link Shortened} */
        record ExecCreated(ExecId exec, List<String> command) implements What {
            public ExecCreated {
                command = Shortened.words(command);
            }
        }

        /** @param command {@link Shortened} */
        record ExecStarted(ExecId exec, List<String> command) implements What {
            public ExecStarted {
                command = Shortened.words(command);
            }
        }

        /** Or could not be started. */
        record ExecEnded(ExecId exec, int exitCode) implements What {}

        record Resized(int rows, int columns) implements What {}

        /**
         * Others kept it waiting.
         *
         * @param percent of {@code millis}, as long as it was looked at, in which some process of it waited
         * @param by the greatest first
         */
        record Disturbed(Awaited resource, double percent, long millis, List<Disturber> by) implements What {
            public Disturbed {
                by = List.copyOf(by);
            }
        }
    }

    /** What processes wait for (Documentation/accounting/psi.rst). */
    enum Awaited {
        CPU,
        MEMORY,
        IO
    }

    /**
     * Who made a container wait.
     *
     * @param container {@code null} for programs of the node that are in no container
     * @param name of that container, otherwise empty
     * @param percent of what the container waited
     */
    record Disturber(ContainerId container, String name, double percent) {}

    /**
     * How much of its spec a container runs by.
     *
     * @param update the latest update of the spec that the node has dealt with, see {@link Desired.Container#update}
     * @param refusal why that update could not be done; all is as it was before it; {@code null} if it was done
     * @param deviations where what runs is otherwise than the spec; empty if nothing is
     */
    record Applied(long update, Failure refusal, List<Deviation> deviations) {
        public static final Applied ALL = new Applied(0, null, List.of());

        public Applied {
            deviations = deviations == null ? List.of() : List.copyOf(deviations);
        }

        /** With the update of that number done, or refused. */
        public Applied dealtWith(long number, Failure why) {
            return new Applied(number, why, deviations);
        }
    }

    /**
     * What its node can't give a container as it was asked, and gives otherwise.
     *
     * @param field of the spec, {@code resources.rlimits.nofile}
     * @param detail one sentence: what there is, and why
     */
    record Deviation(String field, String detail) {}

    /**
     * How a container is, as its health check has it.
     *
     * @param failingStreak bad answers in a row, up to the latest that changed something
     * @param exitCode of that answer: a command's, 0 or 1 for the other kinds, -1 when none came in time; {@code null} before the first
     * @param output what it said, cut off at 1024 characters; {@link Shortened}
     * @param at when that answer came
     */
    record Health(Status status, int failingStreak, Integer exitCode, String output, Instant at) {
        public enum Status {
            STARTING,
            HEALTHY,
            UNHEALTHY
        }

        public Health {
            output = Shortened.text(output);
        }
    }

    /**
     * How a run was asked to end.
     *
     * @param signal sent at {@code at}; {@code null} where SIGKILL was the first
     * @param grace that it had
     * @param killedAt when SIGKILL followed; {@code null} if it needn't
     */
    record Stop(String signal, Instant at, Duration grace, Instant killedAt) {
        public Stop killed(Instant when) {
            return new Stop(signal, at, grace, when);
        }
    }

    /**
     * @param kills so many processes of it the kernel has killed for want of memory
     * @param pid of the last of them, on its node, and {@code process} its name; {@code null} where the kernel's log can't be read or says nothing
     */
    record OutOfMemory(long kills, Integer pid, String process) {
        public OutOfMemory {
            process = Shortened.text(process);
        }
    }

    /**
     * Why a container could not be made or started.
     *
     * @param step the plan's step, or {@code image}, {@code endpoint}
     * @param errno 0 when no system call failed
     * @param detail one sentence for the person; {@link Shortened}
     * @param hint what to do about it; may be empty
     */
    record Failure(String step, int errno, String detail, String hint) {
        public Failure {
            detail = Shortened.text(detail);
        }
    }

    /**
     * The node itself; sent on connecting, then with each heartbeat.
     *
     * @param address on the underlay, where other nodes and the services reach it
     * @param streamPort of the agent's own server
     * @param boot changes when the host reboots
     * @param withheldPorts published ports that this node leaves to another program
     * @param runtimes the runtime classes that it offers, see {@link ContainerSpec#runtime}
     * @param prefetched how far it is with each {@link Desired.Prefetch}
     * @param seen the agent's clock, for people to read; nothing is decided by it
     */
    record Node(
            NodeId id,
            String name,
            Ipv4 address,
            int streamPort,
            MilliCpu cpu,
            Bytes memory,
            String architecture,
            String kernel,
            String agentVersion,
            String boot,
            Map<String, String> labels,
            List<WithheldPort> withheldPorts,
            List<String> runtimes,
            List<Prefetched> prefetched,
            Instant seen)
            implements Observed {
        public Node {
            // agents from before told none, and had the one class
            withheldPorts = withheldPorts == null ? List.of() : List.copyOf(withheldPorts);
            runtimes = runtimes == null ? List.of(ContainerSpec.DEFAULT_RUNTIME) : List.copyOf(runtimes);
            prefetched = prefetched == null ? List.of() : List.copyOf(prefetched);
        }
    }

    /**
     * How far a node is with an image that it shall have ahead.
     *
     * @param id of its {@link Desired.Prefetch}
     * @param image digest of the manifest
     * @param why it isn't fetched, a clause; {@code null} in the other states
     * @param present whether all of it was here when it was asked for
     */
    record Prefetched(String id, Digest image, State state, String why, boolean present) {
        public enum State {
            COMING,
            HERE,
            /** Tried again when the disk is emptier. */
            NO_ROOM,
            /** Tried again in a minute. */
            FAILED
        }

        public Prefetched {
            why = Shortened.text(why);
        }

        /** Of which something had to be fetched. */
        public Prefetched(String id, Digest image, State state, String why) {
            this(id, image, state, why, false);
        }
    }

    /**
     * A published port that isn't in force on a node, since a program of it listened there first. It is taken once the program has ended.
     *
     * @param hostAddress {@code null} for every address of the node
     * @param why one sentence for the person, with the program's name
     */
    record WithheldPort(Ipv4 hostAddress, int hostPort, PortPublish.Protocol protocol, String why) {
        /** Whether this is what {@code port} asks for. */
        public boolean is(PortPublish port) {
            return hostPort == port.hostPort() && protocol == port.protocol() && Objects.equals(hostAddress, port.hostAddress());
        }
    }
}

package io.gantry.container.lifecycle.core;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that is known of one container. Changed by {@link ContainerDecider#evolve} alone.
 *
 * @param version grows by one with each change; also the version of its desired record
 * @param life what it shall be
 * @param run counts the starts people asked for
 * @param signal the latest signal sent, or {@code null}
 * @param grace before SIGKILL when it shall stop
 * @param place its node, or {@code null} before it is placed
 * @param endpoints its addresses, by the names of their networks
 * @param reasons for each node's name, why it was chosen or not
 * @param seen what its node said last, or {@code null}
 * @param exit how its latest run ended, or {@code null}
 * @param update the latest change of {@code spec}, or {@code null} before the first
 * @param paused it shall be held still while it runs; a start, a stop or its end takes that back
 * @param volumes settled when it was asked for
 * @param asked what a person asked for that is under way; {@code null} if nothing is
 * @param files counts the rotations of secrets and configs that it has
 * @param endSignal by which it is asked to end the next time; {@code null} for that of its spec or image
 * @param takesVolumes when it is removed, the volumes that were made for it alone go with it
 */
public record Container(
        ContainerId id,
        String project,
        String name,
        Owner owner,
        ContainerSpec spec,
        ResolvedImage image,
        Instant createdAt,
        long version,
        Desired.Life life,
        long run,
        Desired.Signal signal,
        Duration grace,
        Place place,
        // documents from when there was one at most have that one
        @JsonAlias("endpoint") @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<EndpointEvent.Leased> endpoints,
        Map<String, String> reasons,
        Seen seen,
        LastExit exit,
        ContainerState state,
        Update update,
        boolean paused,
        List<VolumeMount> volumes,
        Asked asked,
        long files,
        String endSignal,
        boolean takesVolumes) {
    public Container {
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
        endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    }

    /** What ends a run, and is told once it has. */
    public enum Asked {
        STOP,
        RESTART
    }

    /** @param epoch observations of an older one are void */
    public record Place(NodeId node, String nodeName, long epoch) {
        Place at(long raised) {
            return new Place(node, nodeName, raised);
        }
    }

    /**
     * @param version and {@code epoch}: of the observation; {@code startedAt} of the latest start or {@code null}
     * @param applied how much of the spec it runs by; {@code null} in what was kept before there were updates
     */
    public record Seen(
            long version,
            long epoch,
            long run,
            int restarts,
            Instant startedAt,
            Observed.Applied applied,
            Observed.Health health,
            Instant nextTry,
            Observed.Stop stop,
            Observed.OutOfMemory outOfMemory,
            List<Observed.End> ends,
            Observed.Filled sharedMemory,
            List<EndpointId> plugged) {
        public Seen {
            ends = ends == null ? List.of() : List.copyOf(ends);
            plugged = plugged == null ? List.of() : List.copyOf(plugged);
        }

        /** Its node said something else of it since. */
        Seen heard(long laterVersion, long itsEpoch) {
            return new Seen(laterVersion, itsEpoch, run, restarts, startedAt, applied, health, nextTry, stop, outOfMemory, ends, sharedMemory, plugged);
        }
    }

    /**
     * A change of the spec.
     *
     * @param number counts them
     * @param before the resources that hold again if its node refuses these; {@code null} once that is known
     * @param refusal why the one before this was taken back by this; {@code null} if this is of a person
     */
    public record Update(long number, Resources before, Observed.Failure refusal) {}

    public record LastExit(long run, int code, Observed.ExitReason reason, Instant finishedAt) {}

    /** Another for everything that somebody asks of it, and for nothing that only becomes true: so whoever saw it knows that nobody has asked since. */
    public String wishVersion() {
        return String.join(
                ".", Long.toString(run), Long.toString(update == null ? 0 : update.number()), Long.toString(signal == null ? 0 : signal.number()), life.name(),
                paused ? "PAUSED" : "", name, spec.networks().stream().map(NetworkUse::network).collect(Collectors.joining(",")));
    }

    /** Those that were made for it alone, when it is removed: nobody looks after a replica's or a step's, and a person says so. */
    public boolean volumesGo() {
        return takesVolumes || !(owner instanceof Owner.Person);
    }

    /** It has an address on each of its networks. */
    @JsonIgnore
    public boolean connected() {
        return spec.networks().stream().allMatch(use -> endpointOn(use.network()).isPresent());
    }

    /** Its address on the network of that name. */
    public Optional<EndpointEvent.Leased> endpointOn(String network) {
        return endpoints.stream().filter(one -> one.networkName().equals(network)).findFirst();
    }

    /** That endpoint is an interface of it, as its node says. */
    public boolean isPlugged(EndpointId id) {
        return state.alive() && seen != null && seen.plugged().contains(id);
    }

    /** What its node has plugged in is what it shall be on. While nothing runs that is so in any case. */
    @JsonIgnore
    public boolean rewired() {
        return !state.alive() || seen != null && Set.copyOf(seen.plugged()).equals(endpoints.stream().map(EndpointEvent.Leased::id).collect(Collectors.toSet()));
    }

    /** Its agent is going to start it again by policy. */
    @JsonIgnore
    public boolean restarting() {
        if (life != Desired.Life.RUNNING || !(state instanceof ContainerState.Exited(int code, var reason, _))) {
            return false;
        }
        return run > seen.run() || seen.nextTry() != null || reason != Observed.ExitReason.UNHEALTHY && spec.restart().restartsAfter(code != 0, seen.restarts());
    }

    /** What its node shall hold; empty as long as it has no node and once it is gone. */
    @JsonIgnore
    public Optional<Desired.Container> desired() {
        if (place == null || state instanceof ContainerState.Removed) {
            return Optional.empty();
        }
        String usual = spec.stop().signal() == null ? image.config().stopSignal() : spec.stop().signal();
        String stopSignal = endSignal == null ? usual : endSignal;
        return Optional.of(
                new Desired.Container(id, project, name, owner, life, run, signal, spec, image, stopSignal, grace, updates(), paused, volumes, files));
    }

    /** The run its node spoke of last; 0 before it spoke. */
    @JsonIgnore
    public long seenRun() {
        return seen == null ? 0 : seen.run();
    }

    /** How often its spec was changed. */
    @JsonIgnore
    public long updates() {
        return update == null ? 0 : update.number();
    }

    /** The latest update that its node has dealt with. */
    @JsonIgnore
    public long seenUpdate() {
        return seen == null || seen.applied() == null ? 0 : seen.applied().update();
    }

    Edit edit() {
        return new Edit(this);
    }

    /** A copy in the making; its version is the next. */
    static final class Edit {
        private final Container from;
        private String name;
        private Desired.Life life;
        private long run;
        private Desired.Signal signal;
        private Duration grace;
        private Place place;
        private List<EndpointEvent.Leased> endpoints;
        private Map<String, String> reasons;
        private Seen seen;
        private LastExit exit;
        private ContainerState state;
        private ContainerSpec spec;
        private Update update;
        private boolean paused;
        private Asked asked;
        private long files;
        private String endSignal;
        private boolean takesVolumes;

        private Edit(Container from) {
            this.from = from;
            name = from.name;
            life = from.life;
            run = from.run;
            signal = from.signal;
            grace = from.grace;
            place = from.place;
            endpoints = from.endpoints;
            reasons = from.reasons;
            seen = from.seen;
            exit = from.exit;
            state = from.state;
            spec = from.spec;
            update = from.update;
            paused = from.paused;
            asked = from.asked;
            files = from.files;
            endSignal = from.endSignal;
            takesVolumes = from.takesVolumes;
        }

        Edit name(String value) {
            name = value;
            return this;
        }

        Edit life(Desired.Life value) {
            life = value;
            return this;
        }

        Edit run(long value) {
            run = value;
            return this;
        }

        Edit signal(Desired.Signal value) {
            signal = value;
            return this;
        }

        Edit grace(Duration value) {
            grace = value;
            return this;
        }

        Edit place(Place value) {
            place = value;
            return this;
        }

        Edit endpoints(List<EndpointEvent.Leased> value) {
            endpoints = value;
            return this;
        }

        Edit reasons(Map<String, String> value) {
            reasons = value;
            return this;
        }

        Edit seen(Seen value) {
            seen = value;
            return this;
        }

        Edit exit(LastExit value) {
            exit = value;
            return this;
        }

        Edit state(ContainerState value) {
            state = value;
            return this;
        }

        Edit spec(ContainerSpec value) {
            spec = value;
            return this;
        }

        Edit update(Update value) {
            update = value;
            return this;
        }

        Edit paused(boolean value) {
            paused = value;
            return this;
        }

        Edit asked(Asked value) {
            asked = value;
            return this;
        }

        Edit files(long value) {
            files = value;
            return this;
        }

        Edit endSignal(String value) {
            endSignal = value;
            return this;
        }

        Edit takesVolumes(boolean value) {
            takesVolumes = value;
            return this;
        }

        Container done() {
            return new Container(
                    from.id, from.project, name, from.owner, spec, from.image, from.createdAt, from.version + 1, life, run,
                    signal, grace, place, endpoints, reasons, seen, exit, state, update, paused, from.volumes, asked, files, endSignal, takesVolumes);
        }
    }
}

package io.gantry.container.lifecycle.core;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What became true of a container: the only thing that changes it. Kept as its history; some are published, see {@link Publication}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "change")
@JsonSubTypes({
    @JsonSubTypes.Type(ContainerChange.Requested.class),
    @JsonSubTypes.Type(ContainerChange.Placed.class),
    @JsonSubTypes.Type(ContainerChange.Unplaceable.class),
    @JsonSubTypes.Type(ContainerChange.Leased.class),
    @JsonSubTypes.Type(ContainerChange.LeaseRefused.class),
    @JsonSubTypes.Type(ContainerChange.Released.class),
    @JsonSubTypes.Type(ContainerChange.NetworksChanged.class),
    @JsonSubTypes.Type(ContainerChange.ConnectRefused.class),
    @JsonSubTypes.Type(ContainerChange.Asked.class),
    @JsonSubTypes.Type(ContainerChange.LifeChanged.class),
    @JsonSubTypes.Type(ContainerChange.SignalSent.class),
    @JsonSubTypes.Type(ContainerChange.Renamed.class),
    @JsonSubTypes.Type(ContainerChange.Updated.class),
    @JsonSubTypes.Type(ContainerChange.UpdateTakenBack.class),
    @JsonSubTypes.Type(ContainerChange.Seen.class),
    @JsonSubTypes.Type(ContainerChange.Preparing.class),
    @JsonSubTypes.Type(ContainerChange.Created.class),
    @JsonSubTypes.Type(ContainerChange.Started.class),
    @JsonSubTypes.Type(ContainerChange.Readiness.class),
    @JsonSubTypes.Type(ContainerChange.HealthChanged.class),
    @JsonSubTypes.Type(ContainerChange.PauseWanted.class),
    @JsonSubTypes.Type(ContainerChange.Paused.class),
    @JsonSubTypes.Type(ContainerChange.Unpaused.class),
    @JsonSubTypes.Type(ContainerChange.Stopping.class),
    @JsonSubTypes.Type(ContainerChange.Exited.class),
    @JsonSubTypes.Type(ContainerChange.SharedMemoryFilled.class),
    @JsonSubTypes.Type(ContainerChange.Happened.class),
    @JsonSubTypes.Type(ContainerChange.FilesRenewed.class),
    @JsonSubTypes.Type(ContainerChange.VolumesTaken.class),
    @JsonSubTypes.Type(ContainerChange.Failed.class),
    @JsonSubTypes.Type(ContainerChange.Lost.class),
    @JsonSubTypes.Type(ContainerChange.EpochRaised.class),
    @JsonSubTypes.Type(ContainerChange.Removed.class)
})
public sealed interface ContainerChange {
    record Requested(Container container) implements ContainerChange {}

    record Placed(Container.Place place, Map<String, String> reasons) implements ContainerChange {}

    record Unplaceable(Map<String, String> reasons) implements ContainerChange {}

    record Leased(EndpointEvent.Leased endpoint) implements ContainerChange {}

    /** It has that address no more. */
    record Released(EndpointId endpoint) implements ContainerChange {}

    /** These are its networks from now on. */
    record NetworksChanged(List<NetworkUse> networks) implements ContainerChange {}

    /** It can't come onto that network, and stays as it was. */
    record ConnectRefused(String network, ProblemType problem, String detail, String hint) implements ContainerChange {}

    record LeaseRefused(ProblemType problem, String detail, String hint) implements ContainerChange {}

    /** A person wants it to end, or to end and begin again; how follows as {@link LifeChanged}. */
    record Asked(Container.Asked what) implements ContainerChange {}

    /** @param signal by which it is asked to end, this once; {@code null} for that of its spec or image */
    record LifeChanged(Desired.Life life, long run, Duration grace, String signal) implements ContainerChange {
        LifeChanged(Desired.Life life, long run, Duration grace) {
            this(life, run, grace, null);
        }
    }

    record SignalSent(Desired.Signal signal) implements ContainerChange {}

    record Renamed(String name) implements ContainerChange {}

    record Updated(long number, Resources resources, RestartPolicy restart) implements ContainerChange {}

    /** A secret or config that it has was rotated, for the {@code number}th time. */
    record FilesRenewed(long number) implements ContainerChange {}

    /** The volumes that were made for it alone shall go with it. */
    record VolumesTaken() implements ContainerChange {}

    /** Its node could not give the running container what update {@code number - 1} asked: all is as before. */
    record UpdateTakenBack(long number, Resources resources, Observed.Failure refusal) implements ContainerChange {}

    /** Its node spoke of it; what that means follows as changes of their own. */
    record Seen(Container.Seen seen) implements ContainerChange {}

    record Preparing(Observed.Failure obstacle) implements ContainerChange {}

    record Created() implements ContainerChange {}

    record Started(long run, int pid, Instant startedAt, boolean ready) implements ContainerChange {}

    record Readiness(boolean ready) implements ContainerChange {}

    record HealthChanged(Observed.Health health) implements ContainerChange {}

    /** A person wants it held still, or to go on. */
    record PauseWanted(boolean paused) implements ContainerChange {}

    record Paused() implements ContainerChange {}

    record Unpaused(boolean ready) implements ContainerChange {}

    record Stopping() implements ContainerChange {}

    record Exited(Container.LastExit exit) implements ContainerChange {}

    record SharedMemoryFilled(Observed.Filled filled) implements ContainerChange {}

    /** What leaves no state behind. */
    record Happened(Observed.What what) implements ContainerChange {}

    record Failed(Observed.Failure failure) implements ContainerChange {}

    record Lost(long epoch) implements ContainerChange {}

    record EpochRaised(long epoch) implements ContainerChange {}

    record Removed() implements ContainerChange {}
}

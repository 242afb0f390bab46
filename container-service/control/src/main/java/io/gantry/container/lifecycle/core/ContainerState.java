package io.gantry.container.lifecycle.core;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerView;
import java.time.Instant;

/**
 * Where a container is in its life. What it <em>shall</em> be is {@link Container#life()}, a thing apart.
 *
 * <pre>
 *                                                 Paused
 *                                                  ▲  │
 *  Requested ─▶ Placed ─▶ Preparing ─▶ Created ─▶ Running ─▶ Stopping ─▶ Exited ─┐
 *      │           │          │  ▲        │          │                     │     │ start
 *      │           │          │  └────────┴──────────┴─────────────────────┴─────┘
 *      │           │          ▼
 *      │           │        Failed ── start ──▶ Preparing
 *      │           ▼
 *      │       Removing ─▶ Removed        (from every state; a removal is never taken back)
 *      └──────────────────────▲
 *  From Paused it may stop or be removed as from Running.
 *  Lost: from every placed state when its node is; ends with the next thing that node says.
 * </pre>
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerState.Requested.class, name = "requested"),
    @JsonSubTypes.Type(value = ContainerState.Placed.class, name = "placed"),
    @JsonSubTypes.Type(value = ContainerState.Preparing.class, name = "preparing"),
    @JsonSubTypes.Type(value = ContainerState.Created.class, name = "created"),
    @JsonSubTypes.Type(value = ContainerState.Running.class, name = "running"),
    @JsonSubTypes.Type(value = ContainerState.Paused.class, name = "paused"),
    @JsonSubTypes.Type(value = ContainerState.Stopping.class, name = "stopping"),
    @JsonSubTypes.Type(value = ContainerState.Exited.class, name = "exited"),
    @JsonSubTypes.Type(value = ContainerState.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = ContainerState.Lost.class, name = "lost"),
    @JsonSubTypes.Type(value = ContainerState.Removing.class, name = "removing"),
    @JsonSubTypes.Type(value = ContainerState.Removed.class, name = "removed")
})
public sealed interface ContainerState {
    record Requested() implements ContainerState {}

    record Placed() implements ContainerState {}

    /** @param obstacle what it waits for on its node: its image's source, its network; {@code null} while nothing is in the way */
    record Preparing(Observed.Failure obstacle) implements ContainerState {}

    record Created() implements ContainerState {}

    /** @param pid in its node's own pid namespace */
    record Running(int pid, Instant startedAt, boolean ready) implements ContainerState {}

    record Paused(int pid, Instant startedAt) implements ContainerState {}

    record Stopping(int pid, Instant startedAt) implements ContainerState {}

    record Exited(int code, Observed.ExitReason reason, Instant finishedAt) implements ContainerState {}

    record Failed(Observed.Failure failure) implements ContainerState {}

    record Lost() implements ContainerState {}

    /** @param running its first process hasn't ended yet, as far as we know */
    record Removing(boolean running) implements ContainerState {}

    record Removed() implements ContainerState {}

    /** The word for it in the API. */
    default ContainerView.State word() {
        return switch (this) {
            case Requested _ -> ContainerView.State.REQUESTED;
            case Placed _ -> ContainerView.State.PLACED;
            case Preparing _ -> ContainerView.State.PREPARING;
            case Created _ -> ContainerView.State.CREATED;
            case Running _ -> ContainerView.State.RUNNING;
            case Paused _ -> ContainerView.State.PAUSED;
            case Stopping _ -> ContainerView.State.STOPPING;
            case Exited _ -> ContainerView.State.EXITED;
            case Failed _ -> ContainerView.State.FAILED;
            case Lost _ -> ContainerView.State.LOST;
            case Removing _ -> ContainerView.State.REMOVING;
            case Removed _ -> ContainerView.State.REMOVED;
        };
    }

    /** Its first process is alive, as far as we know. */
    default boolean alive() {
        return switch (this) {
            case Running _, Paused _, Stopping _ -> true;
            case Removing(boolean running) -> running;
            case Requested _, Placed _, Preparing _, Created _, Exited _, Failed _, Lost _, Removed _ -> false;
        };
    }

    /** On its way out, or gone. */
    default boolean leaving() {
        return this instanceof Removing || this instanceof Removed;
    }
}

package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;

/**
 * A step of a build: an instruction of its Dockerfile, or one that the base image had for it.
 *
 * @param step counted from 1 in the order of the file
 * @param trigger counted from 1, of those that the base image of the FROM {@code step} had; absent for an instruction of the file
 * @param stage its name, or its number if it has none
 * @param line of the Dockerfile
 * @param startedAt absent while it waits
 * @param millis how long it took; absent until it is over
 * @param container in which it ran
 * @param key of what it makes, by which a later build finds it; absent where nothing is kept
 * @param missed why nothing that an earlier build made was taken; empty unless it ran
 * @param log where what it wrote is read; absent if it wrote nothing
 */
public record BuildStepView(
        @Always int step, Integer trigger, @Always String stage, @Always int line, @Always String instruction, @Always State state, Instant startedAt, Long millis, ContainerId container,
        Digest key, @Always List<BuildMissView> missed, String log) {
    public enum State {
        WAITING,
        RUNNING,
        /** What an earlier build made was taken. */
        CACHED,
        /** It made what it makes; in a forecast: it would. */
        RAN,
        /** It changes no file: there is nothing to make. */
        DONE,
        FAILED,
        /** The build was over before it was. */
        CANCELLED
    }
}

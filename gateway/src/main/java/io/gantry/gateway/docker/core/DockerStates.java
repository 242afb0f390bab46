package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.view.ContainerView;
import java.time.Duration;
import java.time.Instant;

/** Our states in Docker's seven words: the one table. */
public final class DockerStates {
    private DockerStates() {}

    public static String status(ContainerView container) {
        return switch (container.state()) {
            case REQUESTED, PLACED, PREPARING, CREATED -> "created";
            case RUNNING, STOPPING -> "running";
            case PAUSED -> "paused";
            case EXITED, FAILED -> restarting(container) ? "restarting" : "exited";
            case REMOVING -> "removing";
            case REMOVED, LOST -> "dead";
        };
    }

    public static boolean running(ContainerView container) {
        return switch (container.state()) {
            case RUNNING, STOPPING, PAUSED -> true;
            case REQUESTED, PLACED, PREPARING, CREATED, EXITED, FAILED, REMOVING, REMOVED, LOST -> false;
        };
    }

    /** It has ended and waits for its next start by policy. */
    public static boolean restarting(ContainerView container) {
        return container.nextTry() != null;
    }

    /** It doesn't run and will not by itself: a prune takes it. What belongs to a deployment or a build is theirs. */
    public static boolean prunable(ContainerView container) {
        return container.owner() instanceof Owner.Person && switch (container.state()) {
            case REQUESTED, PLACED, PREPARING, CREATED -> container.life() == Desired.Life.CREATED;
            case EXITED, FAILED, LOST -> !restarting(container);
            case RUNNING, STOPPING, PAUSED, REMOVING, REMOVED -> false;
        };
    }

    public static int exitCode(ContainerView container) {
        if (container.state() == ContainerView.State.FAILED) {
            return container.failure() != null && container.failure().errno() == 2 ? 127 : 128;
        }
        return container.exitCode() == null || running(container) ? 0 : container.exitCode();
    }

    /** {@code Up 3 seconds}, as people read it in {@code docker ps}. */
    public static String text(ContainerView container, Instant now) {
        return switch (container.state()) {
            case REQUESTED, PLACED, PREPARING, CREATED -> "Created";
            case RUNNING, STOPPING -> "Up " + age(container.startedAt(), now) + health(container);
            case PAUSED -> "Up " + age(container.startedAt(), now) + " (Paused)";
            case EXITED, FAILED -> (restarting(container) ? "Restarting" : "Exited") + " (" + exitCode(container) + ") " + age(container.finishedAt(), now) + " ago";
            case REMOVING -> "Removal In Progress";
            case REMOVED, LOST -> "Dead";
        };
    }

    private static String health(ContainerView container) {
        if (container.health() == null) {
            return "";
        }
        return switch (container.health().status()) {
            case STARTING -> " (health: starting)";
            case HEALTHY -> " (healthy)";
            case UNHEALTHY -> " (unhealthy)";
        };
    }

    /** docker/go-units, duration.go, HumanDuration. */
    private static String age(Instant since, Instant now) {
        Duration age = since == null || now.isBefore(since) ? Duration.ZERO : Duration.between(since, now);
        long seconds = age.toSeconds();
        long hours = age.toHours() + (age.toMinutesPart() >= 30 ? 1 : 0);
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds < 60) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        }
        if (age.toMinutes() < 60) {
            return age.toMinutes() == 1 ? "About a minute" : age.toMinutes() + " minutes";
        }
        if (hours < 48) {
            return hours == 1 ? "About an hour" : hours + " hours";
        }
        if (hours < 24 * 14) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        return hours < 24 * 365 * 2 ? hours / 24 / 30 + " months" : hours / 24 / 365 + " years";
    }
}

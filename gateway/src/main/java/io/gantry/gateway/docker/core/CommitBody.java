package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;

/** The body of {@code POST /commit}: the new image's configuration, as clients send it that say nothing of it. */
public final class CommitBody {
    private CommitBody() {}

    /** @throws DockerRefusal for a field that says something: changes say the same */
    public static void check(JsonNode json) {
        try {
            Fields.of(json, KnownFields.COMMIT).refuseTheRest();
        } catch (DockerRefusal e) {
            throw e.status() == 501 ? DockerRefusal.notSupported("a configuration in the body of a commit", "say it by changes") : e;
        }
    }
}

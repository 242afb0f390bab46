package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.KeptId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A secret or a config.
 *
 * @param version grows by one when it is rotated; 1 at first
 * @param size of its content in bytes
 * @param usedBy names of the containers that have it, also of those that don't run
 * @param changedAt when it got its present content
 * @param content of one config that was asked for; never of a secret
 */
public record KeptView(
        @Always KeptId id,
        @Always String name,
        @Always String project,
        @Always Map<String, String> labels,
        long version,
        long size,
        @Always List<String> usedBy,
        @Always Instant createdAt,
        @Always Instant changedAt,
        byte[] content) {}

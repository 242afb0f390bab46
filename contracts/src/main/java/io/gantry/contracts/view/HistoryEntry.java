package io.gantry.contracts.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.api.Always;
import java.time.Instant;

/** Something that became true of a container. {@code detail} is what the change carried. */
public record HistoryEntry(@Always Instant at, @Always String change, JsonNode detail) {}

package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ExecId;

/** A further command in a container, which waits for its client. */
public record ExecMade(@Always ExecId id) {}

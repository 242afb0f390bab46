package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.spec.ExecSpec;

/**
 * How a further command in a container goes.
 *
 * @param exitCode {@code null} while it has not ended
 * @param pid on its node; {@code null} while it doesn't run
 */
public record ExecView(@Always ExecId id, @Always ContainerId container, @Always ExecSpec spec, boolean started, boolean running, Integer exitCode, Integer pid) {}

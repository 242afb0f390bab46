package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.spec.DeploymentSpec;

/** Body of {@code POST /deployments}; {@code PUT /deployments/{name}} takes the spec alone. */
public record DeploymentRequest(@Always String name, @Always DeploymentSpec spec) {}

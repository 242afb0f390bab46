package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;

/** @param api the version in the path */
public record ApiVersion(@Always String version, @Always String api, @Always String dockerApi, @Always String java) {}

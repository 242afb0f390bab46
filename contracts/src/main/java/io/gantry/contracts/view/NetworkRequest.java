package io.gantry.contracts.view;

import io.gantry.contracts.unit.Cidr;

/** Body of {@code POST /networks}. {@code subnet} {@code null} lets network-service choose one. */
public record NetworkRequest(String name, Cidr subnet) {}

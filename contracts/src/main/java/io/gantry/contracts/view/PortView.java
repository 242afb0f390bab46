package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;

/**
 * A port that is taken on every node.
 *
 * @param hostAddress {@code null} for every address
 * @param holder {@code container <name>} or {@code deployment <name>}
 * @param holderId the container's or deployment's id
 */
public record PortView(
        int hostPort, @Always PortPublish.Protocol protocol, Ipv4 hostAddress, int containerPort, @Always String holder, @Always String holderId) {}

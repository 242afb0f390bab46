package io.gantry.image.commit;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.CommitRequest;

/**
 * What the gateway, which knows the container, asks for.
 *
 * @param node where the container is
 * @param manifest of the image that it was made from
 * @param spec what of it was asked for counts for the image, too
 */
public record CommitOrder(ContainerId container, NodeId node, Digest manifest, ContainerSpec spec, CommitRequest request) {}

package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Bytes;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;

/**
 * Bytes of images on a node's wire, as stored (compressed), and those that needn't travel.
 *
 * @param since when they are counted; {@code null} of no nodes
 * @param fromRegistry that image-service sent it
 * @param fromNodes that other nodes sent it
 * @param toNodes that it sent other nodes
 * @param present of layers that were here when an image came that has them, too
 * @param resumed that needn't be sent once more, since a download went on where it broke off
 * @param saved that the registry didn't have to send: {@code fromNodes}, {@code present} and {@code resumed}
 */
public record NodeWire(Instant since, @Always Bytes fromRegistry, @Always Bytes fromNodes, @Always Bytes toNodes, @Always Bytes present, @Always Bytes resumed, @Always Bytes saved) {
    public static final NodeWire NOTHING = of(null, 0, 0, 0, 0, 0);

    /** With what that saves. */
    public static NodeWire of(Instant since, long fromRegistry, long fromNodes, long toNodes, long present, long resumed) {
        return new NodeWire(
                since, new Bytes(fromRegistry), new Bytes(fromNodes), new Bytes(toNodes), new Bytes(present), new Bytes(resumed), new Bytes(fromNodes + present + resumed));
    }

    /** All of them together, since the first of them counts. */
    public static NodeWire sum(Collection<NodeWire> nodes) {
        return nodes.stream().reduce(NOTHING, NodeWire::plus);
    }

    private NodeWire plus(NodeWire other) {
        Instant first = since == null || other.since == null
                ? since == null ? other.since : since
                : Comparator.<Instant>naturalOrder().compare(since, other.since) < 0 ? since : other.since;
        return of(
                first, fromRegistry.value() + other.fromRegistry.value(), fromNodes.value() + other.fromNodes.value(), toNodes.value() + other.toNodes.value(),
                present.value() + other.present.value(), resumed.value() + other.resumed.value());
    }
}

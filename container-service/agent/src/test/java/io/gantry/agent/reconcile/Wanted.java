package io.gantry.agent.reconcile;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Desired containers for tests. */
final class Wanted {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final NodeId NODE = new NodeId("node-00000000-0000-7000-8000-000000000001");
    static final ContainerId ID = new ContainerId("a".repeat(64));

    private Wanted() {}

    static Desired.Container container(Desired.Life life, long run) {
        return container(ID, life, run, null, RestartPolicy.NO, Duration.ofSeconds(10));
    }

    static Desired.Container container(
            ContainerId id, Desired.Life life, long run, Desired.Signal signal, RestartPolicy restart, Duration grace) {
        ImageRef image = ImageRef.parse("shop/web:1");
        ContainerSpec spec =
                ContainerSpec.from(image).command(List.of("true")).network(ContainerSpec.NO_NETWORK).restart(restart).build();
        Digest digest = Digest.ofHex("b".repeat(64));
        ResolvedImage resolved =
                new ResolvedImage(image, digest, digest, ImageConfig.EMPTY, List.of(), "amd64", new Bytes(1), NOON);
        return new Desired.Container(
                id, "default", "web", new Owner.Person(), life, run, signal, spec, resolved, "SIGTERM", grace, 0, false);
    }

    /** Held still. */
    static Desired.Container paused(Desired.Container c) {
        return new Desired.Container(
                c.id(), c.project(), c.name(), c.owner(), c.life(), c.run(), c.signal(), c.spec(), c.image(), c.stopSignal(), c.grace(), c.update(), true);
    }

    static Desired.Container with(Desired.Container c, ContainerSpec spec) {
        return new Desired.Container(
                c.id(), c.project(), c.name(), c.owner(), c.life(), c.run(), c.signal(), spec, c.image(), c.stopSignal(), c.grace(), c.update(), c.paused());
    }

    /** Its image has that layer. */
    static Desired.Container with(Desired.Container c, Digest layer) {
        ResolvedImage image = new ResolvedImage(
                c.image().reference(), c.image().manifest(), c.image().id(), c.image().config(), List.of(new ResolvedImage.Layer(layer, layer, new Bytes(1), "tar")),
                c.image().architecture(), c.image().size(), c.image().created());
        return new Desired.Container(
                c.id(), c.project(), c.name(), c.owner(), c.life(), c.run(), c.signal(), c.spec(), image, c.stopSignal(), c.grace(), c.update(), c.paused());
    }

    /** As {@link #container(Desired.Life, long)}, on a network. */
    static Desired.Container networked(Desired.Life life, long run) {
        Desired.Container plain = container(life, run);
        ContainerSpec spec = plain.spec().but().network(ContainerSpec.DEFAULT_NETWORK).restart(null).build();
        return new Desired.Container(
                plain.id(), plain.project(), plain.name(), plain.owner(), life, run, null, spec, plain.image(), "SIGTERM", plain.grace(), 0, false);
    }

    static DesiredRecord endpoint(long version, long epoch) {
        EndpointId id = new EndpointId("c".repeat(64));
        Ipv4 address = Ipv4.parse("10.1.0.2");
        Desired.Endpoint endpoint = new Desired.Endpoint(
                id, ID, new NetworkId("d".repeat(64)), NODE, Ipv4.parse("10.77.0.11"), address, MacAddress.of(address), List.of("web"), false,
                List.of());
        return new DesiredRecord(new StateKey(NODE, "endpoint", id.value()), version, epoch, endpoint);
    }

    static DesiredRecord record(long version, long epoch, Desired.Container container) {
        return new DesiredRecord(new StateKey(NODE, "container", container.id().value()), version, epoch, container);
    }

    static DesiredRecord tombstone(long version, long epoch) {
        return new DesiredRecord(new StateKey(NODE, "container", ID.value()), version, epoch, null);
    }
}

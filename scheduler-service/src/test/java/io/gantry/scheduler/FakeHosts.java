package io.gantry.scheduler;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kit.stream.KafkaLink;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The rest of the platform as scheduler-service meets it on Kafka: hosts that send heartbeats, a container-service that makes what is
 * wanted and starts what is placed, and a network-service that grants every port but two.
 */
final class FakeHosts {
    static final int TAKEN_PORT = 666;
    /** It says nothing about this one. */
    static final int SILENT_PORT = 667;

    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final KafkaLink kafka;
    private final Random random = new Random();
    private final KafkaConsumer<String, String> reader;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
    private final Set<Observed.Node> alive = ConcurrentHashMap.newKeySet();
    private final List<Fact> seen = new CopyOnWriteArrayList<>();
    private final Map<ContainerId, Owner> owners = new ConcurrentHashMap<>();
    private final Map<ContainerId, NodeId> nodes = new ConcurrentHashMap<>();
    private final Set<ContainerId> broken = ConcurrentHashMap.newKeySet();
    private volatile boolean everythingBreaks;
    private final Map<String, Queue<Integer>> exitCodes = new ConcurrentHashMap<>();
    private final Object news = new Object();
    private final Thread service;

    FakeHosts(KafkaLink kafka) {
        this.kafka = kafka;
        this.reader = kafka.reader();
        List<TopicPartition> partitions = List.of(Topics.CONTAINER, Topics.DEPLOYMENT, Topics.NODE, Topics.RULE).stream()
                .flatMap(topic -> IntStream.range(0, Topics.FACT_PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)))
                .toList();
        reader.assign(partitions);
        reader.seekToEnd(partitions);
        partitions.forEach(reader::position);
        service = Thread.ofPlatform().start(this::serve);
        heart.scheduleAtFixedRate(() -> alive.forEach(this::beat), 0, HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    Observed.Node host(String name, int address) {
        return host(name, address, List.of(ContainerSpec.DEFAULT_RUNTIME));
    }

    Observed.Node host(String name, int address, List<String> runtimes) {
        Observed.Node node = new Observed.Node(
                new NodeId(Ids.of("node", Instant.now(), random)), name, Ipv4.parse("10.0.0." + address), 7071, new MilliCpu(4000),
                Bytes.mebi(4096), "x86_64", "6.18", "0.1.0", "boot", Map.of(), List.of(), runtimes, List.of(), Instant.now());
        alive.add(node);
        return node;
    }

    /** From its next heartbeat on the host leaves these ports to other programs. */
    void withhold(Observed.Node node, List<Observed.WithheldPort> ports) {
        Observed.Node now = asTold(node);
        becomes(node, now.labels(), ports, now.prefetched());
    }

    /** From its next heartbeat on it says that of images that it shall have ahead. */
    void prefetched(Observed.Node node, List<Observed.Prefetched> images) {
        Observed.Node now = asTold(node);
        becomes(node, now.labels(), now.withheldPorts(), images);
    }

    /** Its agent begins anew with those labels. */
    void label(Observed.Node node, Map<String, String> labels) {
        Observed.Node now = asTold(node);
        becomes(node, labels, now.withheldPorts(), now.prefetched());
    }

    /** What its heartbeats say by now. */
    private Observed.Node asTold(Observed.Node node) {
        return alive.stream().filter(each -> each.id().equals(node.id())).findFirst().orElse(node);
    }

    private void becomes(Observed.Node node, Map<String, String> labels, List<Observed.WithheldPort> ports, List<Observed.Prefetched> images) {
        alive.removeIf(each -> each.id().equals(node.id()));
        alive.add(new Observed.Node(
                node.id(), node.name(), node.address(), node.streamPort(), node.cpu(), node.memory(), node.architecture(), node.kernel(),
                node.agentVersion(), node.boot(), labels, ports, node.runtimes(), images, node.seen()));
    }

    void kill(Observed.Node node) {
        alive.remove(node);
    }

    void revive(Observed.Node node) {
        alive.add(node);
    }

    /** From now on no container can be started. */
    void breakEverything(boolean yes) {
        everythingBreaks = yes;
    }

    /** So many containers of a deployment that start from now on end at once, with those codes. */
    void endWith(String deployment, Integer... codes) {
        exitCodes.computeIfAbsent(deployment, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(codes));
    }

    void say(Event event) {
        say(new Fact(Ids.uuid7(Instant.now(), random), "/gantry/container-service", event.subject(), Instant.now(), null, event));
    }

    void say(Fact fact) {
        kafka.producer().send(new ProducerRecord<>(fact.topic(), fact.subject(), fact.toJson()));
    }

    List<Fact> seen() {
        return seen;
    }

    <E extends Event> List<E> seen(Class<E> type) {
        return seen.stream().map(Fact::event).filter(type::isInstance).map(type::cast).toList();
    }

    /** The first event of that kind, seen already or yet to come. */
    <E extends Event> E await(Class<E> type, Predicate<E> wanted) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        synchronized (news) {
            while (true) {
                var found = seen(type).stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long left = Duration.between(Instant.now(), deadline).toMillis();
                if (left <= 0) {
                    throw new AssertionError("no " + type.getSimpleName() + " in " + PATIENCE + "; seen: "
                            + seen.stream().map(fact -> fact.event().toString()).toList());
                }
                news.wait(left);
            }
        }
    }

    private void beat(Observed.Node node) {
        StateKey key = new StateKey(node.id(), "node", node.id().value());
        kafka.producer().send(new ProducerRecord<>(
                Topics.NODE_OBSERVED,
                Topics.statePartition(node.id().value()),
                key.toString(),
                Json.write(new ObservedRecord(key, System.nanoTime(), 1, node))));
    }

    private void serve() {
        try (reader) {
            while (true) {
                for (var record : reader.poll(Duration.ofSeconds(1))) {
                    Fact fact = Fact.fromJson(record.value());
                    react(fact.event());
                    synchronized (news) {
                        seen.add(fact);
                        news.notifyAll();
                    }
                }
            }
        } catch (WakeupException e) {
            // the test is over
        }
    }

    private void react(Event event) {
        switch (event) {
            case DeploymentEvent.ServiceWanted wanted -> answer(wanted);
            case DeploymentEvent.ContainerWanted(var id, var container, var project, var name, var owner, var spec, var image) -> {
                owners.put(container, owner);
                say(new ContainerEvent.Requested(container, project, name, owner, spec, image, Desired.Life.RUNNING));
            }
            case ContainerEvent.Placed placed -> {
                nodes.put(placed.id(), placed.node());
                if (everythingBreaks) {
                    broken.add(placed.id());
                    say(new ContainerEvent.Failed(placed.id(), placed.node(), placed.owner(),
                            new Observed.Failure("exec", 2, "/bin/web does not exist in the image", "")));
                } else {
                    say(new ContainerEvent.Started(placed.id(), placed.node(), 1, Instant.now()));
                    say(new ContainerEvent.Readiness(placed.id(), placed.node(), true));
                    Integer code = placed.owner() instanceof Owner.Replica replica && exitCodes.containsKey(replica.deploymentName()) ? exitCodes.get(replica.deploymentName()).poll() : null;
                    if (code != null) {
                        say(new ContainerEvent.Exited(placed.id(), placed.node(), placed.owner(), 1, code, Observed.ExitReason.EXITED, Instant.now(), null));
                    }
                }
            }
            case DeploymentEvent.ContainerUnwanted(var id, var container) -> {
                NodeId node = nodes.get(container);
                if (node != null && alive.stream().anyMatch(each -> each.id().equals(node))) {
                    say(new ContainerEvent.Removed(container, node, owners.get(container)));
                }
            }
            default -> {}
        }
    }

    private void answer(DeploymentEvent.ServiceWanted wanted) {
        Set<Integer> ports = wanted.ports().stream().map(PortPublish::hostPort).collect(Collectors.toSet());
        if (ports.contains(TAKEN_PORT)) {
            say(new ServiceEvent.Refused(
                    wanted.id(), wanted.request(), ProblemType.PORT_IN_USE, "port 666/tcp is held by container beast",
                    "ports[0].hostPort", "choose another port, or 0 for any free one"));
        } else if (!ports.contains(SILENT_PORT)) {
            grant(wanted);
        }
    }

    void grant(DeploymentEvent.ServiceWanted wanted) {
        say(new ServiceEvent.Leased(
                wanted.id(), wanted.request(), new NetworkId("c".repeat(64)), wanted.network(), Ipv4.parse("10.211.0.1"), wanted.ports()));
    }

    void close() throws InterruptedException {
        heart.shutdownNow();
        reader.wakeup();
        service.join();
    }
}

package io.gantry.contracts.envelope;

import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NetworkEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.event.VolumeEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The CloudEvents type and topic of every event record: {@code io.gantry.<aggregate>.<what>.v1}, made from the records'
 * own names, so that none can be forgotten.
 */
public final class EventTypes {
    /** @param type the CloudEvents type */
    public record Entry(String type, String topic, Class<? extends Event> record) {}

    private static final List<Entry> ALL =
            Stream.of(
                            family("image", Topics.IMAGE, ImageEvent.class),
                            family("admission", Topics.IMAGE, AdmissionEvent.class),
                            family("build", Topics.BUILD, BuildEvent.class),
                            family("container", Topics.CONTAINER, ContainerEvent.class),
                            family("network", Topics.NETWORK, NetworkEvent.class),
                            family("endpoint", Topics.ENDPOINT, EndpointEvent.class),
                            family("service", Topics.ENDPOINT, ServiceEvent.class),
                            family("node", Topics.NODE, NodeEvent.class),
                            family("deployment", Topics.DEPLOYMENT, DeploymentEvent.class),
                            family("rule", Topics.RULE, RuleEvent.class),
                            family("volume", Topics.VOLUME, VolumeEvent.class))
                    .flatMap(s -> s)
                    .toList();
    private static final Map<String, Entry> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Entry::type, Function.identity()));
    private static final Map<Class<?>, Entry> BY_RECORD =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Entry::record, Function.identity()));

    private EventTypes() {}

    public static List<Entry> all() {
        return ALL;
    }

    public static Entry of(Event event) {
        return BY_RECORD.get(event.getClass());
    }

    /** @throws IllegalArgumentException for a type we don't know */
    public static Entry named(String type) {
        Entry entry = BY_NAME.get(type);
        if (entry == null) {
            throw new IllegalArgumentException("no event is called '" + type + "'");
        }
        return entry;
    }

    private static Stream<Entry> family(String aggregate, String topic, Class<? extends Event> family) {
        return records(family)
                .map(
                        record ->
                                new Entry(
                                        "io.gantry." + aggregate + "." + kebab(record.getSimpleName()) + ".v1",
                                        topic,
                                        record.asSubclass(Event.class)));
    }

    private static Stream<Class<?>> records(Class<?> family) {
        return Stream.of(family.getPermittedSubclasses()).flatMap(one -> one.isInterface() ? records(one) : Stream.of(one));
    }

    private static String kebab(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}

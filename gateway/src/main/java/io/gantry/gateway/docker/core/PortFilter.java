package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.view.ContainerView;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Docker's filters {@code publish} and {@code expose}: {@code 80}, {@code 8000-8080/udp}; the ports are the container's own, as in Docker. */
record PortFilter(int first, int last, String protocol) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");

    static PortFilter parse(String key, String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new DockerRefusal(400, "invalid filter '" + key + "=" + text + "'");
        }
        int first = Integer.parseInt(form.group(1));
        return new PortFilter(first, form.group(2) == null ? first : Integer.parseInt(form.group(2)), form.group(3) == null ? "tcp" : form.group(3));
    }

    boolean published(ContainerView container) {
        return container.spec().ports().stream().anyMatch(this::matches);
    }

    /** What is published is exposed, too. */
    boolean exposed(ContainerView container) {
        Stream<String> image = container.imageConfig() == null ? Stream.of() : container.imageConfig().exposedPorts().stream();
        return published(container) || image.map(port -> List.of((port + "/tcp").split("/"))).anyMatch(port -> matches(port.get(0), port.get(1)));
    }

    private boolean matches(PortPublish port) {
        return matches(Integer.toString(port.containerPort()), port.protocol().name().toLowerCase(Locale.ROOT));
    }

    private boolean matches(String port, String its) {
        return its.equals(protocol) && port.matches("\\d{1,5}") && Integer.parseInt(port) >= first && Integer.parseInt(port) <= last;
    }
}

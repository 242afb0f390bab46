package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What an image says that its program listens on: {@code 80}, {@code 53/udp}, {@code 7000-7002/tcp}. */
final class ExposedPorts {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(\\w+))?");

    private ExposedPorts() {}

    /** Those that aren't published yet, each at any free port. */
    static List<PortPublish> further(List<String> exposed, List<PortPublish> published) {
        return exposed.stream()
                .flatMap(ExposedPorts::read)
                .distinct()
                .filter(port -> published.stream().noneMatch(one -> one.containerPort() == port.containerPort() && one.protocol() == port.protocol()))
                .toList();
    }

    private static Stream<PortPublish> read(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        String protocol = form.matches() && form.group(3) != null ? form.group(3) : "tcp";
        if (!form.matches() || !List.of("tcp", "udp").contains(protocol)) {
            throw new BadField("publishAll", "the image exposes '" + text + "', which can't be published: there are ports of tcp and udp", "leave publishAll out, and publish each port");
        }
        int first = Integer.parseInt(form.group(1));
        int last = form.group(2) == null ? first : Integer.parseInt(form.group(2));
        if (first > last || last - first >= PortPublish.MOST) {
            throw tooMany();
        }
        return IntStream.rangeClosed(first, last).mapToObj(port -> new PortPublish(null, 0, port, PortPublish.Protocol.valueOf(protocol.toUpperCase(Locale.ROOT))));
    }

    static BadField tooMany() {
        return new BadField("ports", "a container publishes at most " + PortPublish.MOST + " ports", "publish those that are needed");
    }
}

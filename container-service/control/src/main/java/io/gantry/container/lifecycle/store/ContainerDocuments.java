package io.gantry.container.lifecycle.store;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Containers as the table has them, in JSON. A start reads its container some twenty times: what was written or read lately is not read once more as long as its
 * text is still the same. The table alone says what is true.
 */
@Singleton
class ContainerDocuments {
    /** Some 10 KiB each. */
    private static final int MOST_REMEMBERED = 2_000;

    private record Known(String text, Container container) {}

    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @param id its own, in full */
    Container read(String id, String text) {
        synchronized (known) {
            Known one = known.get(id);
            if (one != null && one.text().equals(text)) {
                return one.container();
            }
        }
        Container container = Json.read(text, Container.class);
        remember(container.id(), new Known(text, container));
        return container;
    }

    /** To be {@link #keep kept} once it is what the table has: until then others read what it had before. */
    static String write(Container container) {
        return Json.write(container);
    }

    void keep(Container container, String text) {
        remember(container.id(), new Known(text, container));
    }

    private void remember(ContainerId id, Known one) {
        synchronized (known) {
            known.put(id.value(), one);
        }
    }
}

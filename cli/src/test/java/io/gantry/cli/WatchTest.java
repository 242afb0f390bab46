package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code --watch} of what lists. */
@Timeout(60)
class WatchTest {
    private static final String EVENT = "id: 1\ndata: {}\n\n";

    @AutoClose private final FakePlatform platform = new FakePlatform();

    private static String networks(String... names) {
        StringBuilder items = new StringBuilder();
        for (String name : names) {
            items.append(items.isEmpty() ? "" : ",").append("{\"id\":\"").append("4f".repeat(32)).append("\",\"name\":\"").append(name).append("\",\"vni\":1,\"used\":0}");
        }
        return "{\"items\":[" + items + "]}";
    }

    @Test
    void listsAgainWhenSomethingHasChanged() throws Exception {
        BlockingQueue<String> events = platform.streams("GET /api/v1/events");
        platform.answers("GET /api/v1/networks", networks("shop"));

        CompletableFuture<FakePlatform.Ended> watching = CompletableFuture.supplyAsync(() -> platform.run("network", "ls", "--watch", "-o", "name"));
        platform.awaitAsked("/api/v1/networks", 1);
        // of no concern to who looks at networks: nothing is printed again
        events.put(EVENT);
        platform.awaitAsked("/api/v1/networks", 2);
        platform.answers("GET /api/v1/networks", networks("shop", "back"));
        events.put(EVENT);
        platform.awaitAsked("/api/v1/networks", 3);
        events.put("");

        assertThat(watching.join())
                .isEqualTo(new FakePlatform.Ended(1, "shop\n\nshop\nback\n", "gantry: the platform has ended its stream of events; is it running? See ./gantry status\n"));
    }

    @Test
    void hearsWhatHappensBeforeItLists() {
        platform.streams("GET /api/v1/events").add("");
        platform.answers("GET /api/v1/networks", networks("shop"));

        platform.run("networks", "-w");

        assertThat(platform.asked()).extracting(FakePlatform.Asked::target).containsExactly("/api/v1/events", "/api/v1/networks");
    }
}

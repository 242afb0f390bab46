package io.gantry.gateway.stream;

import io.gantry.gateway.route.QueryForm;
import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Query parameters between client and agent. Those that are ours are not handed on. */
final class Query {
    private static final String TIMESTAMPS = "timestamps";
    private static final Map<String, QueryForm> LOGS =
            Map.of(
                    "follow", QueryForm.FLAG,
                    "since", QueryForm.TIME,
                    "until", QueryForm.TIME,
                    "tail", QueryForm.LINES,
                    "stdout", QueryForm.FLAG,
                    "stderr", QueryForm.FLAG,
                    TIMESTAMPS, QueryForm.FLAG);
    private static final Map<String, QueryForm> ATTACH =
            Map.of("stdin", QueryForm.FLAG, "stdout", QueryForm.FLAG, "stderr", QueryForm.FLAG, "logs", QueryForm.FLAG);

    private Query() {}

    /** @param timestamps before each line */
    record Logs(boolean timestamps, String query) {}

    static Logs logs(MultiMap given) {
        Map<String, String> read = QueryForm.read(given, LOGS);
        return new Logs("true".equals(read.remove(TIMESTAMPS)), written(read));
    }

    static String attach(MultiMap given) {
        return written(QueryForm.read(given, ATTACH));
    }

    private static String written(Map<String, String> read) {
        return read.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}

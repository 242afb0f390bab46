package io.gantry.bench.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.bench.peer.UnixHttp;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FactsTest {
    private static Map<String, String> facts(String body) {
        return Facts.of(new UnixHttp.Answer(200, "application/json", body)).byPlace();
    }

    @Test
    void namesEachValueByItsPlace() {
        assertThat(facts("{\"HostConfig\": {\"Memory\": 5, \"Binds\": null}, \"Names\": [\"/a\", \"/b\"], \"Labels\": {}, \"Mounts\": []}")).containsOnly(
                Map.entry("status", "200"), Map.entry("type", "application/json"), Map.entry("HostConfig.Memory", "5"), Map.entry("HostConfig.Binds", "null"),
                Map.entry("Names[0]", "\"/a\""), Map.entry("Names[1]", "\"/b\""), Map.entry("Labels", "{}"), Map.entry("Mounts", "[]"));
        assertThat(facts("[{\"Id\": 1}, {\"Id\": 2}]")).containsEntry("[1].Id", "2");
        assertThat(facts("[]")).containsEntry("all", "[]");
        assertThat(facts("{\"a\": 1}\n{\"a\": 2}\n")).containsEntry("line 0 a", "1").containsEntry("line 1 a", "2");
    }

    @Test
    void tellsWhatIsAnotherEachTimeAsWhatItIs() {
        String id = "4f".repeat(32);
        assertThat(facts("{\"Id\": \"" + id + "\", \"Image\": \"sha256:" + id + "\", \"Created\": 1754500000, \"State\": {\"Pid\": 17, \"StartedAt\": \"2026-01-31T12:00:00.123456789Z\","
                        + " \"FinishedAt\": \"0001-01-01T00:00:00Z\"}, \"Status\": \"Up 3 seconds\", \"IPAddress\": \"172.17.0.2\", \"HostIp\": \"0.0.0.0\", \"MacAddress\": \"02:42:ac:11:00:02\","
                        + " \"Containers\": {\"" + id + "\": {\"Name\": \"a\"}}, \"Short\": \"4f4f4f4f4f4f\"}"))
                .containsEntry("Id", "\"<id>\"").containsEntry("Image", "\"sha256:" + id + "\"").containsEntry("Created", "<time>").containsEntry("State.Pid", "<pid>")
                .containsEntry("State.StartedAt", "\"<time>\"").containsEntry("State.FinishedAt", "\"0001-01-01T00:00:00Z\"").containsEntry("Status", "\"Up <time>\"")
                .containsEntry("IPAddress", "\"<address>\"").containsEntry("HostIp", "\"0.0.0.0\"").containsEntry("MacAddress", "\"<mac>\"").containsEntry("Containers.<id>.Name", "\"a\"")
                .containsEntry("Short", "\"<id>\"");
        assertThat(facts("{\"Pid\": 0, \"Created\": 0}")).containsEntry("Pid", "0").containsEntry("Created", "0");
    }

    @Test
    void whatIsNoJsonIsText() {
        assertThat(Facts.of(new UnixHttp.Answer(200, "text/plain", "OK")).byPlace()).containsEntry("text", "OK");
        assertThat(Facts.of(new UnixHttp.Answer(200, "", "\1\0\0\0\0\0\0\4one\n")).byPlace()).containsEntry("text", "\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x04one\\x0a");
        assertThat(Facts.of(new UnixHttp.Answer(204, "", "")).byPlace()).containsOnlyKeys("status", "type");
    }
}

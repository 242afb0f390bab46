package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command: what it asks, what it prints when that goes well, and how it ends when it is refused. */
class EveryCommandTest {
    private static final String ID = "4f".repeat(32);
    private static final String NODE =
            "{\"id\":\"node-01890000-0000-7000-8000-000000000001\",\"name\":\"host-1\",\"state\":\"READY\",\"address\":\"10.77.0.11\",\"containers\":2,"
                    + "\"cpu\":2000,\"memory\":1073741824,\"requestedCpu\":250,\"requestedMemory\":67108864,\"kernel\":\"6.18\"}";
    private static final String NETWORK = "{\"id\":\"" + ID + "\",\"name\":\"shop\",\"project\":\"default\",\"subnet\":\"10.210.16.0/24\",\"vni\":709122,\"used\":3}";
    private static final String TOKEN =
            "{\"id\":\"t-1\",\"principal\":\"ci\",\"scope\":\"ci-17\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"expiresAt\":\"2026-02-01T00:00:00Z\",\"token\":\"gantry_secret\",\"certificate\":{\"authority\":\"CA\",\"certificate\":\"CERT\",\"key\":\"KEY\"}}";
    private static final String VOLUME =
            "{\"id\":\"volume-01890000-0000-7000-8000-000000000001\",\"name\":\"data\",\"project\":\"default\",\"labels\":{},\"anonymous\":false,\"usedBy\":[\"web\"],"
                    + "\"createdAt\":\"2026-01-01T00:00:00Z\",\"used\":1536}";
    private static final String KEPT =
            "{\"id\":\"secret-01890000-0000-7000-8000-000000000001\",\"name\":\"db\",\"project\":\"default\",\"labels\":{},\"version\":2,\"size\":18,\"usedBy\":[\"web\"],"
                    + "\"createdAt\":\"2026-01-01T00:00:00Z\",\"changedAt\":\"2026-01-01T00:00:00Z\"}";
    private static final String IMAGE =
            "{\"image\":{\"reference\":\"shop/web:1\",\"layers\":[],\"size\":0},\"tags\":[\"shop/web:1\"],\"history\":[{\"createdBy\":\"by hand\",\"emptyLayer\":true}]}";
    private static final String RULE =
            "{\"name\":\"follow\",\"spec\":{\"when\":{\"event\":\"image-tagged\",\"image\":\"shop/web:live\"},\"then\":{\"action\":\"roll-out\",\"deployment\":\"shop\"}}}";
    private static final String DEPLOYMENT =
            "{\"name\":\"shop\",\"revision\":2,\"status\":\"STEADY\",\"ready\":1,\"wanted\":1,\"spec\":{\"replicas\":1,\"template\":{\"image\":\"shop/web:1\"}},"
                    + "\"replicas\":[{\"slot\":0,\"revision\":2,\"container\":\"" + ID + "\",\"node\":\"host-1\",\"state\":\"RUNNING\",\"ready\":true}]}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "create web:1 ls -l | POST /api/v1/containers | ID",
        "run -d web:1 | POST /api/v1/containers | ID",
        "start web | POST /api/v1/containers/web/start | web",
        "stop web | POST /api/v1/containers/web/stop | web",
        "stop -t 3 web | POST /api/v1/containers/web/stop?grace=PT3S | web",
        "restart -t 3 -s HUP web | POST /api/v1/containers/web/restart?grace=PT3S&signal=HUP | web",
        "restart web | POST /api/v1/containers/web/restart | web",
        "restart -t 3 web | POST /api/v1/containers/web/restart?grace=PT3S | web",
        "rename web shop | POST /api/v1/containers/web/rename?name=shop | shop",
        "kill web | POST /api/v1/containers/web/kill?signal=SIGKILL | web",
        "kill -s HUP web | POST /api/v1/containers/web/kill?signal=HUP | web",
        "pause web | POST /api/v1/containers/web/pause | web",
        "unpause web | POST /api/v1/containers/web/unpause | web",
        "rm web | DELETE /api/v1/containers/web?force=false | web",
        "rm -f web | DELETE /api/v1/containers/web?force=true | web",
        "rm -v web | DELETE /api/v1/containers/web?force=false&volumes=true | web",
        "diff web | GET /api/v1/containers/web/changes | A /made",
        "size -o name web | GET /api/v1/containers/web/size | web",
        "commit -m why web shop/web:2 | POST /api/v1/containers/web/commit | sha256:DIGEST",
        "tokens -o name | GET /api/v1/tokens | t-1",
        "token ls -o name | GET /api/v1/tokens | t-1",
        "token create --scope ci-17 --valid-for 30d ci | POST /api/v1/tokens | gantry_secret",
        "token create --certificate target/certificate ci | POST /api/v1/tokens | target/certificate",
        "token rm t-1 | DELETE /api/v1/tokens/t-1 | t-1",
        "volumes -o name | GET /api/v1/volumes?usage=true | data",
        "volume ls -o name | GET /api/v1/volumes?usage=true | data",
        "volume create -l a=b --node host-1 data | POST /api/v1/volumes | data",
        "volume rm data | DELETE /api/v1/volumes/data | data",
        "volume prune | POST /api/v1/volumes/prune?all=false | data",
        "volume prune -a | POST /api/v1/volumes/prune?all=true | data",
        "secrets -o name | GET /api/v1/secrets | db",
        "secret ls -o name | GET /api/v1/secrets | db",
        "secret create -l a=b db pom.xml | POST /api/v1/secrets | db",
        "secret rotate db pom.xml | POST /api/v1/secrets/db/rotate | db version 2",
        "secret update db pom.xml | POST /api/v1/secrets/db/rotate | db version 2",
        "config list -o name | GET /api/v1/configs | db",
        "secret remove db | DELETE /api/v1/secrets/db | db",
        "secret rm db | DELETE /api/v1/secrets/db | db",
        "configs -o name | GET /api/v1/configs | db",
        "config create db pom.xml | POST /api/v1/configs | db",
        "config rotate db pom.xml | POST /api/v1/configs/db/rotate | db version 2",
        "config rm db | DELETE /api/v1/configs/db | db",
        "port web | GET /api/v1/containers/web | 80/tcp -> 0.0.0.0:8080",
        "port web 80 | GET /api/v1/containers/web | 0.0.0.0:8080",
        "deployment ls -o name | GET /api/v1/deployments | shop",
        "wait web | GET /api/v1/containers/web/wait | 3",
        "builds -o name | GET /api/v1/builds | build-01890000-0000-7000-8000-000000000001",
        "builds steps -o name build-1 | GET /api/v1/builds/build-1 | 2",
        "builds log build-1 2 | GET /api/v1/builds/build-1/log?step=2 | made",
        "builds cancel build-1 | POST /api/v1/builds/build-1/cancel | build-1",
        "rmi shop/web:1 | DELETE /api/v1/images/shop/web%3A1 | shop/web:1",
        "history -o name shop/web:1 | GET /api/v1/images/shop/web%3A1 | by hand",
        "deployments -o name | GET /api/v1/deployments | shop",
        "deployment rm shop | DELETE /api/v1/deployments/shop | shop",
        "nodes rm host-1 | DELETE /api/v1/nodes/host-1 | host-1",
        "nodes token | POST /api/v1/join-tokens | tkn",
        "nodes -o name | GET /api/v1/nodes | host-1",
        "nodes ls -o name | GET /api/v1/nodes | host-1",
        "networks -o name | GET /api/v1/networks | shop",
        "network ls -o name | GET /api/v1/networks | shop",
        "network create --subnet 10.9.0.0/24 -l team=shop shop | POST /api/v1/networks | ID",
        "network connect --alias db --ip 10.9.0.7 shop web | POST /api/v1/containers/web/networks/shop | 10.9.0.7",
        "network rm shop | DELETE /api/v1/networks/shop | shop",
        "rule -o name | GET /api/v1/rules | follow",
        "rule add follow --on-image shop/web:live | POST /api/v1/rules | follow",
        "rule rm follow | DELETE /api/v1/rules/follow | follow"
    })
    void asksOnceAndPrintsWhatItDid(String command, String asked, String printed) {
        try (FakePlatform platform = platform()) {
            var ended = platform.run(command.split(" "));

            assertThat(ended).isEqualTo(new FakePlatform.Ended(0, printed.replace("DIGEST", "a1".repeat(32)).replace("ID", ID) + "\n", ""));
            assertThat(platform.asked()).extracting(one -> one.method() + " " + one.target()).containsExactly(asked);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "scale shop 3 | POST /api/v1/deployments/shop/scale?replicas=3",
        "rollout back shop | POST /api/v1/deployments/shop/rollback",
        "rollout back --to 1 shop | POST /api/v1/deployments/shop/rollback?revision=1",
        "nodes drain host-1 | POST /api/v1/nodes/host-1/drain",
        "nodes resume host-1 | POST /api/v1/nodes/host-1/resume",
        "tag shop/web:1 shop/web:stable | POST /api/v1/tags"
    })
    void isSilentWhenThereIsNothingToSay(String command, String asked) {
        try (FakePlatform platform = platform()) {
            assertThat(platform.run(command.split(" "))).isEqualTo(new FakePlatform.Ended(0, "", ""));
            assertThat(platform.asked()).extracting(one -> one.method() + " " + one.target()).containsExactly(asked);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "nodes | NAME     STATE   ADDRESS      CPU             MEMORY             CONTAINERS   KERNEL   SEEN",
        "networks | NAME   SUBNET           ADDRESSES USED   VNI      ID",
        "volumes | NAME   NODE   USED BY   SIZE      CREATED",
        "secrets | NAME   VERSION   SIZE   USED BY   CHANGED",
        "rules | NAME     WHEN                      THEN            LAST RUN",
        "deployments | NAME   IMAGE        READY   REVISION   STATUS   PORTS   AGE",
        "images | TAGS   ID   LAYERS   SIZE   AGE",
        "top web | PID   NODE PID   USER   STATE   CPU   MEMORY   TERMINAL   COMMAND"
    })
    void listsAsATableWithAHead(String command, String head) {
        try (FakePlatform platform = platform()) {
            assertThat(platform.run(command.split(" ")).out().lines().findFirst().orElseThrow().replaceAll(" +", " ")).isEqualTo(head.replaceAll(" +", " "));
        }
    }

    @Test
    void showsARollout() {
        try (FakePlatform platform = platform()) {
            platform.answers(
                    "GET /api/v1/deployments/shop/revisions",
                    "{\"items\":[{\"revision\":2,\"spec\":{\"replicas\":1,\"template\":{\"image\":\"shop/web:1\"}},\"reason\":\"a person\"}]}");

            assertThat(platform.run("rollout", "status", "shop"))
                    .isEqualTo(
                            new FakePlatform.Ended(
                                    0,
                                    """
                                    shop: steady, revision 2, 1 of 1 ready

                                    SLOT   REVISION   CONTAINER      NODE     STATE     READY
                                    0      2          4f4f4f4f4f4f   host-1   running   yes

                                    REVISION   IMAGE        WHY        AGE
                                    2          shop/web:1   a person
                                    """,
                                    ""));
        }
    }

    @ParameterizedTest
    @CsvSource({"inspect web,/api/v1/containers/web", "nodes inspect host-1,/api/v1/nodes/host-1", "volume inspect data,/api/v1/volumes/data", "secret inspect db,/api/v1/secrets/db", "config inspect db,/api/v1/configs/db", "deployments inspect shop,/api/v1/deployments/shop", "network inspect shop,/api/v1/networks/shop", "rule inspect follow,/api/v1/rules/follow"})
    void inspectsAsJson(String command, String path) {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET " + path, "{\"name\":\"it\",\"labels\":{\"a\":\"b\"}}");

            assertThat(platform.run(command.split(" ")).out()).isEqualTo("{\n  \"name\" : \"it\",\n  \"labels\" : {\n    \"a\" : \"b\"\n  }\n}\n");
        }
    }

    @Test
    void anUpdateOfNothingAsksForSomething() {
        try (FakePlatform platform = new FakePlatform()) {
            var ended = platform.run("update", "web");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).startsWith("gantry: nothing to change: say what, for example --memory 1g");
            assertThat(platform.asked()).isEmpty();
        }
    }

    @Test
    void inspectsSeveralOneAfterTheOther() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET /api/v1/containers/web", "{\"name\":\"web\"}").answers("GET /api/v1/containers/db", "{\"name\":\"db\"}");

            assertThat(platform.run("inspect", "web", "db").out()).isEqualTo("{\n  \"name\" : \"web\"\n}\n{\n  \"name\" : \"db\"\n}\n");
        }
    }

    @Test
    void listsHowContainersEnded() {
        String one = "{\"id\":\"" + ID + "\",\"name\":\"web\",\"state\":\"EXITED\",\"exitCode\":137,\"spec\":{\"image\":\"web:1\"}%s}";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET /api/v1/containers", "{\"items\":[" + one.formatted("") + "," + one.formatted(",\"outOfMemory\":{\"kills\":1}") + "]}");

            assertThat(platform.run("ps", "-a").out()).contains("exited (137)  ", "exited (137, out of memory)");
        }
    }

    @Test
    void rollsOutWhatItRotates() throws Exception {
        try (FakePlatform platform = platform()) {
            platform.answers("PUT /api/v1/deployments/shop", DEPLOYMENT.replace("\"revision\":2", "\"revision\":3"));

            var ended = platform.run("secret", "rotate", "--roll-out", "shop", "db", "pom.xml");

            assertThat(ended).isEqualTo(new FakePlatform.Ended(0, "db version 2\nshop revision 3\n", ""));
            var asked = platform.asked();
            assertThat(asked).extracting(one -> one.method() + " " + one.target())
                    .containsExactly("POST /api/v1/secrets/db/rotate", "GET /api/v1/deployments/shop", "PUT /api/v1/deployments/shop");
            assertThat(asked.getFirst().body()).isEqualTo("{\"labels\":{},\"content\":\"" + Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of("pom.xml"))) + "\"}");
            assertThat(asked.getLast().body()).contains("\"gantry.secret.db\":\"2\"", "\"image\":\"shop/web:1\"");
        }
    }

    @Test
    void showsWhatIsUsedAsRates() {
        String sample = "{\"id\":\"" + ID + "\",\"at\":\"2026-01-31T12:00:0%s\",\"cpu\":{\"usageNanos\":%s},\"memory\":{\"usageBytes\":3145728,"
                + "\"inactiveFileBytes\":1048576,\"limitBytes\":67108864},\"networks\":[{\"name\":\"eth0\",\"receivedBytes\":1024,\"sentBytes\":10}],"
                + "\"io\":{\"readBytes\":0,\"writtenBytes\":4096},\"pids\":{\"current\":3}}";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET /api/v1/containers/web", "{\"id\":\"" + ID + "\",\"name\":\"web\",\"state\":\"RUNNING\",\"spec\":{\"image\":\"web:1\"}}")
                    .answersFirst("GET /api/v1/containers/" + ID + "/stats", sample.formatted("0Z", "1000"))
                    .answers("GET /api/v1/containers/" + ID + "/stats", sample.formatted("2Z", "1000001000"));

            assertThat(platform.run("stats", "--no-stream", "web").out().replaceAll(" +", " "))
                    .isEqualTo("ID NAME CPU MEMORY LIMIT NET IN NET OUT READ WRITTEN PIDS\n4f4f4f4f4f4f web 50.0 % 2 MiB 64 MiB 1 KiB 10 B 0 B 4 KiB 3\n");
        }
    }

    @Test
    void statsGoOnWithoutWhatHasEnded() {
        String sample = "{\"at\":\"2026-01-31T12:00:0%s\",\"cpu\":{\"usageNanos\":1000},\"memory\":{\"usageBytes\":0},\"networks\":[],\"pids\":{\"current\":1}}";
        String other = "5a".repeat(32);
        String item = "{\"id\":\"%s\",\"name\":\"%s\",\"state\":\"RUNNING\",\"spec\":{\"image\":\"web:1\"}}";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answersFirst("GET /api/v1/containers", "{\"items\":[" + item.formatted(other, "brief") + "]}")
                    .answers("GET /api/v1/containers", "{\"items\":[" + item.formatted(other, "brief") + "," + item.formatted(ID, "new") + "]}")
                    .answersFirst("GET /api/v1/containers/" + other + "/stats", sample.formatted("0Z"))
                    .refuses("GET /api/v1/containers/" + other + "/stats", 409, "{\"status\":409,\"detail\":\"it isn't running\"}")
                    .answers("GET /api/v1/containers/" + ID + "/stats", sample.formatted("1Z"));

            var ended = platform.run("stats", "--no-stream");

            assertThat(ended.err()).isEmpty();
            assertThat(ended.out().lines().map(line -> line.replaceAll(" +", " "))).hasSize(2).last().asString().startsWith("4f4f4f4f4f4f new ");
        }
    }

    @Test
    void showsEventsAsTheyCome() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers(
                    "GET /api/v1/events",
                    "id: 7\ndata: {\"type\":\"io.gantry.container.started.v1\",\"time\":\"2026-01-31T12:00:00Z\",\"subject\":\"" + ID + "\",\"data\":{\"name\":\"web\"}}\n\n");

            assertThat(platform.run("events", "--after", "6").out()).isEqualTo("2026-01-31T12:00:00Z  container.started  4f4f4f4f4f4f  web\n");
            assertThat(platform.asked().getFirst().target()).isEqualTo("/api/v1/events?after=6");
            platform.run("events", "--since", "10m", "--until", "2026-01-31T12:00:00Z");
            assertThat(platform.asked().getLast().target()).isEqualTo("/api/v1/events?since=10m&until=2026-01-31T12%3A00%3A00Z");
        }
    }

    @Test
    void showsWhoDisturbsAContainer() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers(
                    "GET /api/v1/events",
                    "id: 7\ndata: {\"type\":\"io.gantry.container.disturbed.v1\",\"time\":\"2026-01-31T12:00:00Z\",\"subject\":\"" + ID
                            + "\",\"data\":{\"resource\":\"IO\",\"percent\":43.1,\"by\":[{\"container\":\"" + ID + "\",\"name\":\"batch\",\"percent\":71.2},"
                            + "{\"container\":null,\"name\":\"\",\"percent\":4.4}]}}\n\n");

            assertThat(platform.run("events").out())
                    .isEqualTo("2026-01-31T12:00:00Z  container.disturbed  4f4f4f4f4f4f  waits for IO in 43 % of the time: batch 71 %, the host 4 %\n");
        }
    }

    /** Every command that asks the platform, with what it needs. */
    static Stream<String> refusable() {
        return Stream.of(
                "run web:1", "create web:1", "exec web ls", "debug web ls", "start web", "stop web", "kill web", "pause web", "unpause web", "rm web", "ps", "inspect web", "logs web", "attach web", "wait web", "stats web", "top web", "port web", "port-forward web 80",
                "explain web", "isolation web", "pressure web", "images", "image gc", "image prefetch web:1 --all", "image prefetches", "image prefetches rm p", "rmi web:1", "tag a b", "history web:1", "pull web:1", "push web:1", "save web:1", "load -i pom.xml", "import pom.xml", "deploy shop web:1", "deployments", "deployment ls", "deployment inspect shop", "deployment rm shop", "scale shop 1",
                "rollout status shop", "rollout back shop", "nodes", "nodes ls", "nodes inspect n", "nodes drain n", "nodes resume n", "nodes token", "networks", "network ls",
                "network create n", "network connect n c", "network disconnect n c", "network rm n", "network inspect n", "rule inspect r", "tokens", "token ls", "token create ci", "token rm t-1", "volumes", "diff web", "export web", "commit web w:2", "volume ls", "volume create d", "volume backup d", "volume restore -i pom.xml d", "volume clone d e", "volume inspect d", "volume rm d", "volume prune", "secrets", "secret ls", "secret create s pom.xml", "secret inspect s", "secret rotate s pom.xml", "secret rm s", "configs", "config ls", "config create c pom.xml", "config inspect c", "config rotate c pom.xml", "config rm c", "rule", "rule ls", "rule add r --on-image web:1", "rule rm r", "events", "version");
    }

    @ParameterizedTest
    @MethodSource("refusable")
    void tellsARefusalWithFieldAndHint(String command) {
        try (FakePlatform platform = new FakePlatform()) {
            platform.refusesAll(409, "{\"type\":\"https://gantry.io/problems/conflict\",\"status\":409,\"detail\":\"not now\",\"field\":\"name\",\"hint\":\"wait a little\"}");

            var ended = platform.run(command.split(" "));

            boolean asContainer = List.of("run", "create", "exec", "debug").contains(command.split(" ")[0]);
            assertThat(ended.code()).isEqualTo(asContainer ? 125 : 1);
            assertThat(ended.err()).isEqualTo("gantry: not now (name)\n        wait a little\n");
        }
    }

    private static FakePlatform platform() {
        String container = "{\"id\":\"" + ID + "\",\"name\":\"web\",\"state\":\"CREATED\",\"spec\":{\"image\":\"web:1\"}}";
        return new FakePlatform()
                .answersAll("{}")
                .answers("POST /api/v1/containers", container)
                .answers("GET /api/v1/containers/web", container.replace("}}", "},\"endpoint\":{\"ports\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"TCP\"}]}}"))
                .answers("GET /api/v1/containers/web/wait", "{\"exitCode\":3}")
                .answers("GET /api/v1/images", "{\"items\":[]}")
                .answers("GET /api/v1/builds", "{\"items\":[{\"id\":\"build-01890000-0000-7000-8000-000000000001\",\"status\":\"RUNNING\",\"tags\":[],\"startedAt\":\"2026-01-01T00:00:00Z\"}]}")
                .answers(
                        "GET /api/v1/builds/build-1",
                        "{\"id\":\"build-01890000-0000-7000-8000-000000000001\",\"status\":\"RUNNING\",\"tags\":[],\"startedAt\":\"2026-01-01T00:00:00Z\",\"steps\":[{\"step\":2,\"stage\":\"0\",\"line\":2,\"instruction\":\"RUN make\",\"state\":\"RUNNING\",\"missed\":[]}]}")
                .answers("GET /api/v1/builds/build-1/log", "made\n")
                .answers("GET /api/v1/images/shop/web:1", IMAGE)
                .answers("GET /api/v1/containers/web/processes", "{\"items\":[]}")
                .answers("GET /api/v1/deployments", "{\"items\":[" + DEPLOYMENT + "]}")
                .answers("GET /api/v1/deployments/shop", DEPLOYMENT)
                .answers("POST /api/v1/join-tokens", "{\"token\":\"tkn\"}")
                .answers("GET /api/v1/nodes", "{\"items\":[" + NODE + "]}")
                .answers("GET /api/v1/tokens", "{\"items\":[" + TOKEN + "]}")
                .answers("POST /api/v1/tokens", TOKEN)
                .answers("DELETE /api/v1/tokens/t-1", "")
                .answers("GET /api/v1/networks", "{\"items\":[" + NETWORK + "]}")
                .answers("POST /api/v1/networks", NETWORK)
                .answers("POST /api/v1/containers/web/networks/shop", "{\"endpoints\":[{\"network\":\"default\",\"address\":\"10.8.0.2\"},{\"network\":\"shop\",\"address\":\"10.9.0.7\"}]}")
                .answers("GET /api/v1/volumes", "{\"items\":[" + VOLUME + "]}")
                .answers("GET /api/v1/containers/web/size", "{\"written\":2621440,\"files\":3,\"image\":7340032}")
                .answers("GET /api/v1/containers/web/changes", "{\"items\":[{\"kind\":\"ADDED\",\"path\":\"/made\"}]}")
                .answers("POST /api/v1/containers/web/commit", "{\"image\":\"sha256:" + "a1".repeat(32) + "\",\"manifest\":\"sha256:" + "a1".repeat(32) + "\",\"tags\":[\"shop/web:2\"]}")
                .answers("POST /api/v1/volumes", VOLUME)
                .answers("POST /api/v1/volumes/prune", "{\"items\":[" + VOLUME + "]}")
                .answers("GET /api/v1/secrets", "{\"items\":[" + KEPT + "]}")
                .answers("POST /api/v1/secrets", KEPT)
                .answers("POST /api/v1/secrets/db/rotate", KEPT)
                .answers("GET /api/v1/configs", "{\"items\":[" + KEPT + "]}")
                .answers("POST /api/v1/configs", KEPT)
                .answers("POST /api/v1/configs/db/rotate", KEPT)
                .answers("GET /api/v1/rules", "{\"items\":[" + RULE + "]}")
                .answers("POST /api/v1/rules", RULE);
    }
}

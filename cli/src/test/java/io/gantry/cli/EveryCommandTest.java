package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    void saysWhatACollectionRemovedAndWhyTheRestStays() {
        String report = "{\"dryRun\":true,\"before\":\"2026-01-31T11:00:00Z\",\"manifests\":[],\"blobs\":[{\"digest\":\"sha256:" + "ab".repeat(32) + "\",\"size\":1048576}],\"freed\":1048576,"
                + "\"kept\":[{\"kind\":\"MANIFEST\",\"reason\":\"NAMED\",\"count\":2,\"bytes\":2048},{\"kind\":\"BLOB\",\"reason\":\"IN_USE\",\"count\":1,\"bytes\":1024}],"
                + "\"waiting\":[{\"kind\":\"BLOB\",\"digest\":\"sha256:" + "cd".repeat(32) + "\",\"size\":2048,\"goes\":\"2026-01-31T12:30:00Z\"}],"
                + "\"details\":[],\"stored\":{\"blobs\":3,\"bytes\":3072,\"referenced\":6144}}";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/images/gc", report);

            assertThat(platform.run("image", "gc", "--dry-run", "--grace", "2h").out())
                    .isEqualTo(
                            """
                            would remove 0 manifests and 1 blobs, 1 MiB
                            1 more wait, 2 KiB, the first until 2026-01-31T12:30:00Z
                            3 blobs stay, 3 KiB; without sharing they would take 6 KiB

                            WHAT       WHY IT STAYS        COUNT   SIZE
                            manifest   a tag leads to it   2       2 KiB
                            blob       in use              1       1 KiB
                            """);
            assertThat(platform.asked().getLast().target()).isEqualTo("/api/v1/images/gc?dryRun=true&neverNamed=false&details=false&grace=PT2H");
        }
    }

    @Test
    void saysWhatIsInAnImageAndWhyItsGradeIsNoBetter() {
        String digest = "sha256:" + "ab".repeat(32);
        String report = "{\"reference\":\"shop/web:1\",\"id\":\"D\",\"manifest\":\"D\",\"size\":2048,\"unpacked\":4096,\"files\":3,\"grade\":\"D\",\"points\":63,"
                + "\"reasons\":[{\"concern\":\"SECRET_IN_FILES\",\"points\":25,\"what\":\"1 secret: a\\u001b[2Jb (private key)\",\"todo\":\"call it in\"},{\"concern\":\"RUNS_AS_ROOT\",\"points\":12,\"what\":\"it runs as root\",\"todo\":\"say USER\"}],"
                + "\"layers\":[{\"number\":1,\"diffId\":\"D\",\"blob\":\"D\",\"size\":2048,\"unpacked\":4096,\"files\":3,\"instruction\":\"COPY a /\",\"wasted\":0,\"sharedWith\":2}],"
                + "\"waste\":{\"bytes\":0,\"count\":0,\"files\":[]},\"largest\":[{\"path\":\"a\\u001b[2Jb\",\"size\":1024,\"layer\":1}],\"duplicates\":[],"
                + "\"packages\":[{\"source\":\"JAR\",\"name\":\"guava\",\"version\":\"1\",\"path\":\"g.jar\"}],\"notRead\":[],\"runtimes\":[{\"language\":\"Java\",\"version\":\"21\",\"path\":\"p\"}],"
                + "\"programs\":[],\"ports\":[\"80/tcp\"],\"user\":\"\",\"healthcheck\":false,\"secrets\":[{\"where\":\"FILE\",\"place\":\"key\",\"kind\":\"private key\",\"layer\":1,\"hidden\":true}],\"setuid\":[],"
                + "\"base\":{\"drift\":\"UNKNOWN\",\"how\":\"no label\"},\"sharing\":{\"own\":0,\"shared\":2048,\"images\":3,\"stored\":2048,\"referenced\":6144,\"saved\":4096}}";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET /api/v1/images/shop/web:1/report", report.replace("\"D\",", "\"" + digest + "\",").replace("grade\":\"" + digest, "grade\":\"D"));

            assertThat(platform.run("image", "report", "shop/web:1").out())
                    .isEqualTo(
                            """
                            shop/web:1: grade D, 63 of 100 points
                            2 KiB in 1 layer, 4 KiB unpacked, 3 files

                             -25  1 secret: a?[2Jb (private key)
                                  call it in
                             -12  it runs as root
                                  say USER

                            LAYER   SIZE    UNPACKED   WASTED   SHARED WITH   MADE BY
                            1       2 KiB   4 KiB      0 B      2 images      COPY a /

                            LARGEST FILES   SIZE    LAYER
                            a?[2Jb          1 KiB   1

                            runs as   root
                            ports     80/tcp
                            packages  1 jar (-o json names them)
                            runtimes  Java 21
                            secrets   key (private key, deleted later but still in layer 1)
                            base      unknown: no label
                            sharing   2 KiB of it others have, too, 0 B it alone; of all 3 images here sharing saves 4 KiB of 6 KiB
                            """);
            assertThat(platform.run("image", "report", "-o", "yaml", "shop/web:1").out()).startsWith("---\nreference: shop/web:1\n").contains("grade: D\n");
        }
    }

    @Test
    void saysWhatDiffersBetweenTwoImages() {
        String diff = "{\"from\":\"shop/web:1\",\"to\":\"shop/web:2\",\"layers\":[{\"diffId\":\"D\",\"size\":2048,\"shared\":true},{\"diffId\":\"D\",\"size\":1024,\"shared\":false}],\"toFetch\":1024,"
                + "\"added\":{\"count\":1,\"bytes\":2048,\"first\":[{\"path\":\"new\",\"after\":2048}]},\"removed\":{\"count\":0,\"bytes\":0,\"first\":[]},"
                + "\"changed\":{\"count\":1,\"bytes\":-1024,\"first\":[{\"path\":\"app\",\"before\":2048,\"after\":1024}]},"
                + "\"settings\":[{\"name\":\"user\",\"before\":\"app\",\"after\":\"root\"}],\"packages\":[{\"source\":\"DPKG\",\"name\":\"a\",\"before\":\"1\"}],\"unreadable\":[]}";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET /api/v1/images/shop/web:1/diff", diff.replace("\"D\"", "\"sha256:" + "ab".repeat(32) + "\""));

            assertThat(platform.run("image", "diff", "shop/web:1", "shop/web:2").out())
                    .isEqualTo(
                            """
                            from shop/web:1 to shop/web:2: a node that has the one fetches 1 KiB more; 1 of 2 layers are shared

                            ADDED, 1 files, +2 KiB   BEFORE   AFTER
                            new                               2 KiB

                            CHANGED, 1 files, -1 KiB   BEFORE   AFTER
                            app                        2 KiB    1 KiB

                            PACKAGE   BEFORE   AFTER
                            a         1

                            SETTING   BEFORE   AFTER
                            user      app      root
                            """);
            assertThat(platform.asked().getLast().target()).isEqualTo("/api/v1/images/shop/web%3A1/diff?to=shop%2Fweb%3A2");
        }
    }

    @Test
    void makesRulesForImagesAndWaivesThem(@TempDir Path folder) throws IOException {
        try (FakePlatform platform = new FakePlatform()) {
            String spec = "{\"mode\":\"ENFORCE\",\"repositories\":[\"shop/*\"],\"budgets\":{\"mostBytes\":524288000,\"notRoot\":true,\"noSecrets\":false,\"signedBy\":[\"key\\n\"]}}";
            String rule = "{\"name\":\"small\",\"spec\":" + spec + ",\"version\":3,\"changedAt\":\"2026-01-31T12:00:00Z\"}";
            platform.answers("POST /api/v1/image-rules", rule);
            platform.answers("PUT /api/v1/image-rules/small", rule);
            platform.answers("GET /api/v1/image-rules", "{\"items\":[" + rule + "]}");
            Path key = Files.writeString(folder.resolve("cosign.pub"), "key\n");
            String[] options = {"--repositories", "shop/*", "--most-bytes", "500m", "--not-root", "--signed-by", key.toString(), "small"};

            assertThat(platform.run(with(options, "image", "rule", "add")).out()).isEqualTo("small\n");
            assertThat(platform.asked().getLast().body()).isEqualTo("{\"name\":\"small\",\"spec\":" + spec + "}");
            assertThat(platform.run(with(options, "image", "rule", "change")).out()).isEqualTo("small\n");
            assertThat(platform.asked().getLast().body()).isEqualTo(spec);
            assertThat(platform.run("image", "rule").out()).isEqualTo(
                    """
                    NAME    MODE       REPOSITORIES   BUDGETS
                    small   enforced   shop/*         at most 500 MiB, not root, signed
                    """);
            String waiver = "{\"id\":\"waiver-1\",\"rule\":\"small\",\"images\":\"shop/web\",\"reason\":\"until Monday\",\"by\":\"ann\",\"madeAt\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-01-08T00:00:00Z\",\"expired\":true}";
            platform.answers("POST /api/v1/image-waivers", waiver);
            platform.answers("GET /api/v1/image-waivers", "{\"items\":[" + waiver + "]}");
            assertThat(platform.run("image", "waiver", "add", "small", "shop/web", "--reason", "until Monday", "--for", "7d").out()).isEqualTo("waiver-1\n");
            assertThat(platform.asked().getLast().body()).isEqualTo("{\"rule\":\"small\",\"images\":\"shop/web\",\"reason\":\"until Monday\",\"lasts\":\"PT168H\"}");
            assertThat(platform.run("image", "waiver").out()).isEqualTo(
                    """
                    ID         RULE    IMAGES     UNTIL                            BY    REASON
                    waiver-1   small   shop/web   2026-01-08T00:00:00Z (expired)   ann   until Monday
                    """);
        }
    }

    @Test
    void saysWhichRulesAnImageBreaks() {
        try (FakePlatform platform = new FakePlatform()) {
            String digest = "sha256:" + "ab".repeat(32);
            platform.answers(
                    "GET /api/v1/images/shop/web:1/check",
                    "{\"reference\":\"shop/web:1\",\"repository\":\"shop/web\",\"manifest\":\"" + digest + "\",\"admitted\":false,\"rules\":["
                            + "{\"name\":\"open\",\"mode\":\"WARN\",\"holds\":true,\"breaches\":[]},"
                            + "{\"name\":\"small\",\"mode\":\"ENFORCE\",\"holds\":false,\"breaches\":[{\"budget\":\"SIZE\",\"figure\":\"its layers have 2 GiB\",\"limit\":\"500 MiB\",\"todo\":\"begin with a smaller image\"}]}]}");
            var answer = platform.run("image", "check", "shop/web:1");
            assertThat(answer.out()).isEqualTo(
                    """
                    shop/web:1: may not be used

                    open (warns): holds

                    small: broken
                      its layers have 2 GiB; the rule allows 500 MiB
                        begin with a smaller image
                    """);
            assertThat(answer.code()).isEqualTo(1);
        }
    }

    private static String[] with(String[] options, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    }

    @Test
    void makesAndFollowsRulesForTags() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/retentions", "{\"name\":\"shop\",\"repositories\":\"shop/*\",\"keepTags\":[],\"changedAt\":\"2026-01-31T12:00:00Z\"}");
            platform.answers("GET /api/v1/retentions", "{\"items\":[{\"name\":\"shop\",\"repositories\":\"shop/*\",\"keepLast\":10,\"keepYounger\":\"PT720H\",\"keepTags\":[\"v*\"],\"changedAt\":\"2026-01-31T12:00:00Z\"}]}");
            String digest = "sha256:" + "ab".repeat(32);
            platform.answers(
                    "POST /api/v1/retentions/apply",
                    "{\"dryRun\":true,\"gone\":[{\"repository\":\"shop/web\",\"tag\":\"1\",\"digest\":\"" + digest + "\",\"movedAt\":\"2999-01-31T12:00:00Z\"}],"
                            + "\"kept\":[{\"repository\":\"shop/web\",\"tag\":\"2\",\"digest\":\"" + digest + "\",\"reason\":\"IN_USE\",\"by\":\"container web\"}]}");

            assertThat(platform.run("image", "retention", "add", "--repositories", "shop/*", "--keep-last", "10", "--keep-younger", "30d", "--keep-tags", "v*", "shop").out()).isEqualTo("shop\n");
            assertThat(platform.asked().getLast().body()).isEqualTo("{\"name\":\"shop\",\"repositories\":\"shop/*\",\"keepLast\":10,\"keepYounger\":\"PT720H\",\"keepTags\":[\"v*\"]}");
            assertThat(platform.run("image", "retention").out()).isEqualTo(
                    """
                    NAME   REPOSITORIES   KEEPS LAST   KEEPS YOUNGER THAN   KEEPS TAGS
                    shop   shop/*         10           30 d                 v*
                    """);
            assertThat(platform.run("image", "retention", "apply", "--dry-run").out()).isEqualTo(
                    """
                    would take away 1 tags, 1 stay

                    GONE         AGE
                    shop/web:1   0 s

                    STAYS        WHY      BY
                    shop/web:2   in use   container web
                    """);
            assertThat(platform.asked().getLast().target()).isEqualTo("/api/v1/retentions/apply?dryRun=true");
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
                "explain web", "isolation web", "pressure web", "images", "image gc", "rmi web:1", "tag a b", "history web:1", "pull web:1", "push web:1", "save web:1", "load -i pom.xml", "import pom.xml", "deploy shop web:1", "deployments", "deployment ls", "deployment inspect shop", "deployment rm shop", "scale shop 1",
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

    @Test
    void tellsWhoseWordItIsWhenStepsGoSideBySideAndWhereItFailed(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", """
                    {"step":1,"total":3,"instruction":"RUN one","stage":"a","line":2,"build":"build-1"}
                    {"missed":[{"reason":"FILE_CHANGED","subject":"x","detail":"the file x is another"}],"of":1}
                    {"step":2,"total":3,"instruction":"RUN two","stage":"b","line":4}
                    {"missed":[{"reason":"NEW","detail":"no build that is known had this instruction"}],"of":2}
                    {"stream":"of two\\n","of":2}
                    {"stream":"of one","of":1}
                    {"stream":"of two again\\n","of":2}
                    {"done":true,"millis":1250,"of":1}
                    {"error":{"status":422,"detail":"Dockerfile:4: RUN two: ended with exit code 2"},"build":"build-1","exitCode":2,\
                    "failure":{"file":"Dockerfile","line":4,"instruction":"RUN two","step":2,"exitCode":2,"output":["of two","of two again"]}}
                    """);

            var ended = platform.run("build", "--progress", "plain", folder.toString());

            assertThat(ended).isEqualTo(new FakePlatform.Ended(1, """
                    [1/3] RUN one
                          not cached: the file x is another
                    [2/3] RUN two
                    of two
                    [1/3] RUN one
                    of one
                    [2/3] RUN two
                    of two again
                    [1/3] RUN one
                          1.3 s
                    """, "  | of two\n  | of two again\ngantry: Dockerfile:4: RUN two: ended with exit code 2\n"));
        }
    }

    @Test
    void buildsAreToldToProgramsAsThePlatformTellsThem(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        String lines = "{\"step\":1,\"total\":1,\"instruction\":\"FROM debian\"}\n{\"image\":\"sha256:ab\",\"tags\":[]}\n";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", lines);
            assertThat(platform.run("build", "--progress=json", folder.toString())).isEqualTo(new FakePlatform.Ended(0, lines, ""));
            platform.answers("POST /api/v1/builds", "{\"error\":{\"status\":422,\"detail\":\"no\"}}\n");
            assertThat(platform.run("build", "--progress=json", folder.toString())).isEqualTo(new FakePlatform.Ended(1, "{\"error\":{\"status\":422,\"detail\":\"no\"}}\n", ""));
        }
    }

    @Test
    void takesAndKeepsLayersElsewhereAsWhoeverIsLoggedInThere(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        Files.createDirectories(folder.resolve("gantry"));
        Files.writeString(folder.resolve("gantry/registries.json"), "{\"host:5\":{\"username\":\"me\",\"password\":\"secret\"},\"other:5\":{\"username\":\"nobody's business\"}}");
        try (FakePlatform platform = new FakePlatform(Map.of("XDG_CONFIG_HOME", folder.toString()))) {
            platform.answers("POST /api/v1/builds", "{\"image\":\"sha256:ab\",\"tags\":[]}\n");
            platform.run("build", "--cache-from", "shop/cache:1", "--cache-from", "type=registry,ref=host:5/shop/cache:1", "--cache-to=type=registry,mode=max,ref=host:5/shop/cache:2", folder.toString());
            var asked = platform.asked().getFirst();
            assertThat(asked.target()).isEqualTo("/api/v1/builds?dockerfile=Dockerfile&cachefrom=shop%2Fcache%3A1&cachefrom=host%3A5%2Fshop%2Fcache%3A1&cacheto=host%3A5%2Fshop%2Fcache%3A2");
            assertThat(new String(Base64.getDecoder().decode(asked.logins()))).isEqualTo("{\"host:5\":{\"username\":\"me\",\"password\":\"secret\"}}");
            assertThat(platform.run("build", "--cache-to", "type=inline", folder.toString()).err()).contains("type=inline is not supported: what builds keep goes by a registry alone");
            assertThat(platform.run("build", "--cache-from", "type=registry", folder.toString()).err()).contains("names no image: add ref=NAME");
            assertThat(platform.run("build", "--cache-from", "src=/x", folder.toString()).err()).contains("'src=/x' is not known here");
            platform.run("build", folder.toString());
            assertThat(platform.asked().getLast().logins()).isNull();
        }
    }

    @Test
    void aRepositoryIsFetchedByThePlatform() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", "{\"image\":\"sha256:ab\",\"tags\":[]}\n");
            assertThat(platform.run("build", "https://host/shop.git#main:web").code()).isZero();
            assertThat(platform.asked().getFirst().target()).isEqualTo("/api/v1/builds?dockerfile=Dockerfile&remote=https%3A%2F%2Fhost%2Fshop.git%23main%3Aweb");
            assertThat(platform.asked().getFirst().body()).isEmpty();
        }
    }

    @Test
    void saysWhatABuildWouldDo(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", """
                    {"forecast":[{"step":1,"stage":"0","line":1,"instruction":"FROM debian","state":"DONE","missed":[]},\
                    {"step":2,"stage":"0","line":2,"instruction":"COPY a /","state":"CACHED","missed":[]},\
                    {"step":3,"stage":"0","line":3,"instruction":"COPY src /","state":"RAN","missed":[{"reason":"FILE_CHANGED","subject":"src/a","detail":"the file src/a is another"}]}]}
                    """);

            var ended = platform.run("build", "--explain", folder.toString());

            assertThat(ended).isEqualTo(new FakePlatform.Ended(0, """
                    [2/3] COPY a /
                          cached
                    [3/3] COPY src /
                          would run: the file src/a is another
                    1 of 2 steps that make something would run
                    """, ""));
            assertThat(platform.run("build", "--explain=src/a", "--explain=b", folder.toString()).code()).isZero();
            assertThat(platform.asked()).extracting(FakePlatform.Asked::target)
                    .containsExactly("/api/v1/builds?dockerfile=Dockerfile&explain=true", "/api/v1/builds?dockerfile=Dockerfile&explain=true&changed=src%2Fa&changed=b");
        }
    }

    @Test
    void buildsWithItsOptions(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Other"), "FROM debian\n");
        Files.writeString(folder.resolve("kept"), "kept");
        Files.writeString(folder.resolve("left.log"), "left out");
        Files.writeString(folder.resolve(".dockerignore"), "*.log\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers(
                    "POST /api/v1/builds",
                    "{\"step\":1,\"total\":2,\"instruction\":\"FROM debian\"}\n{\"cached\":true}\n{\"step\":2,\"total\":2,\"instruction\":\"RUN make\"}\n"
                            + "{\"stream\":\"made\\n\"}\n{\"image\":\"sha256:ab\",\"manifest\":\"sha256:cd\",\"tags\":[\"shop/web:1\"]}\n");

            var ended =
                    platform.run("build", "-f", "Other", "-t", "shop/web:1", "-t", "shop/web:2", "--build-arg", "A=b c", "--secret", "npm=token", "--no-cache", "--target", "last", folder.toString());

            assertThat(ended)
                    .isEqualTo(new FakePlatform.Ended(0, "[1/2] FROM debian\n      cached\n[2/2] RUN make\nmade\nshop/web:1\nsha256:ab\n", ""));
            var asked = platform.asked().getFirst();
            assertThat(asked.target())
                    .isEqualTo("/api/v1/builds?dockerfile=Other&tag=shop%2Fweb%3A1&tag=shop%2Fweb%3A2&buildarg=A%3Db%20c&secret=npm%3Dtoken&nocache=true&target=last");
            assertThat(asked.body()).contains("kept", "FROM debian").doesNotContain("left out");
        }
    }

    @Test
    void aBuildThatEndsWithoutAnImageHasFailed(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", "{\"step\":1,\"total\":1,\"instruction\":\"FROM debian\"}\n");

            var ended = platform.run("build", folder.toString());

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).isEqualTo("gantry: the output ended before the build did; is image-service there? See: ./gantry status\n");
            assertThat(platform.run("build", folder.resolve("nowhere").toString()).err())
                    .isEqualTo("gantry: there is no Dockerfile in " + folder.resolve("nowhere") + "; name it with -f\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"build FOLDER", "cp FOLDER web:/srv"})
    void whatCantBeSentWholeIsNeverTakenForIt(String command, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (RandomAccessFile large = new RandomAccessFile(folder.resolve("a").toFile(), "rw")) {
            // more than the buffers on the way hold
            large.setLength(64L << 20);
        }
        Path last = Files.writeString(folder.resolve("z"), "the last one");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", "{\"image\":\"sha256:ab\",\"tags\":[]}\n").whenUploading(() -> last.toFile().delete());

            var ended = platform.run(command.replace("FOLDER", folder.toString()).split(" "));

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).startsWith("gantry: ").containsPattern("z can't be sent: it has gone meanwhile|there is no .*/z").hasLineCount(1);
            assertThat(platform.asked()).as("whole requests").noneMatch(one -> one.method().equals("POST") || one.method().equals("PUT"));
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

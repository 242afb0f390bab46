package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in images and what rules say of them: what each command asks and prints. */
class ImageCommandsTest {
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
    void saysOfEachNodeWhetherItHasFetchedAnImage() {
        String asked = prefetch("WAITING", null, "WAITING", null);
        String path = "/api/v1/prefetches/prefetch-01980000-0000-7000-8000-000000000001";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/prefetches", asked).answersFirst("GET " + path, prefetch("PRESENT", null, "FETCHING", null)).answers("GET " + path, prefetch("PRESENT", null, "FETCHED", null));
            FakePlatform.Ended both = platform.run("image", "prefetch", "shop/web:1", "--all", "--for", "8h");
            assertThat(both.out()).isEqualTo("n1: there already\nn2: fetched\n");
            assertThat(both.code()).isZero();
            assertThat(platform.asked()).as("what is waited for").extracting(FakePlatform.Asked::target).anyMatch(target -> target.startsWith(path + "?wait=1&timeout=PT30S")).last().isEqualTo(path + "?wait=2&timeout=PT30S");
            assertThat(platform.asked()).as("no more is asked than there is to know").hasSize(3);
            assertThat(platform.asked().getFirst().body()).contains("\"image\":\"shop/web:1\"", "\"keep\":\"PT8H\"").doesNotContain("nodes\":[");

            platform.answers("GET " + path, prefetch("PRESENT", null, "NO_ROOM", "its disk is full to 91 %"));
            FakePlatform.Ended one = platform.run("image", "prefetch", "shop/web:1", "--node", "n1", "--node", "n2");
            assertThat(one.out()).isEqualTo("n1: there already\nn2: no room: its disk is full to 91 %\n");
            assertThat(one.code()).isEqualTo(1);
            assertThat(platform.asked()).anyMatch(each -> each.body().contains("\"nodes\":[\"n1\",\"n2\"]"));

            platform.answers("GET " + path, prefetch("FETCHING", null, "FAILED", "no such blob"));
            FakePlatform.Ended late = platform.run("image", "prefetch", "shop/web:1", "--all", "--timeout", "0s");
            assertThat(late.out()).startsWith("n1: hasn't said anything after 0s; it goes on\n");
            assertThat(late.code()).isEqualTo(124);
            assertThat(platform.run("image", "prefetch", "shop/web:1", "-d", "--all").out()).isEqualTo("prefetch-01980000-0000-7000-8000-000000000001\n");
            assertThat(platform.run("image", "prefetch", "shop/web:1").err()).contains("on which nodes is not said; write --node NODE, or --all");
            assertThat(platform.run("image", "prefetch", "shop/web:1", "--all", "--node", "n1").err()).contains("--all and --node both say on which nodes");

            platform.answers("GET /api/v1/prefetches", "{\"items\":[" + prefetch("FETCHED", null, "FAILED", "no such blob") + "]}");
            assertThat(platform.run("image", "prefetches").out()).contains("shop/web:1", "n1: fetched, n2: failed: no such blob");
        }
    }

    private static String prefetch(String first, String why, String second, String whySecond) {
        return "{\"id\":\"prefetch-01980000-0000-7000-8000-000000000001\",\"image\":\"shop/web:1\",\"manifest\":\"sha256:" + "ab".repeat(32) + "\",\"createdAt\":\"2026-01-31T11:00:00Z\",\"until\":\"2026-01-31T12:00:00Z\",\"nodes\":["
                + node(1, first, why) + "," + node(2, second, whySecond) + "]}";
    }

    private static String node(int number, String state, String why) {
        return "{\"id\":\"node-01980000-0000-7000-8000-00000000000" + number + "\",\"name\":\"n" + number + "\",\"state\":\"" + state + "\"" + (why == null ? "" : ",\"why\":\"" + why + "\"") + "}";
    }

    @Test
    void saysWhatSharingSaves() {
        String wire = "{\"since\":\"2026-01-31T11:00:00Z\",\"fromRegistry\":1024,\"fromNodes\":2048,\"toNodes\":0,\"present\":4096,\"resumed\":512,\"saved\":6656}";
        String sharing = "{\"registry\":{\"disk\":{\"images\":3,\"stored\":1024,\"referenced\":3072,\"saved\":2048},\"wire\":{\"since\":\"2026-01-31T10:00:00Z\",\"pushed\":1024,\"mounted\":2048,\"pulled\":3072,"
                + "\"present\":1024,\"cached\":0,\"resumed\":0,\"sent\":0,\"there\":0,\"saved\":3072}},\"nodes\":[{\"id\":\"node-01980000-0000-7000-8000-000000000001\",\"name\":\"n1\",\"wire\":" + wire
                + "},{\"id\":\"node-01980000-0000-7000-8000-000000000002\",\"name\":\"n2\"}],\"all\":" + wire + "}";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET /api/v1/sharing", sharing);

            assertThat(platform.run("image", "sharing").out())
                    .isEqualTo(
                            """
                            disk      3 images take 1 KiB; without sharing 3 KiB: 2 KiB saved
                            registry  since 2026-01-31T10:00:00Z 1 KiB pushed, 3 KiB pulled, 0 B sent to other registries: 3 KiB saved
                                      mounted 2 KiB, of pulls here already 1 KiB, by mirrors 0 B, resumed 0 B, there already 0 B

                            NODE   FROM REGISTRY   FROM NODES   TO NODES   HERE ALREADY   RESUMED   SAVED     SINCE
                            n1     1 KiB           2 KiB        0 B        4 KiB          512 B     6.5 KiB   2026-01-31T11:00:00Z
                            n2     ?               ?            ?          ?              ?         ?         doesn't answer
                            all    1 KiB           2 KiB        0 B        4 KiB          512 B     6.5 KiB   2026-01-31T11:00:00Z
                            """);
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

    private static String[] with(String[] options, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    }
}

package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.view.DeploymentRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsTest {
    private static final String ID = "4f".repeat(32);
    private final FakePlatform platform = new FakePlatform();

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void runsDetachedAndPrintsTheId() {
        platform.answers("POST /api/v1/containers", "{\"id\":\"" + ID + "\",\"name\":\"web\",\"state\":\"REQUESTED\"}");

        var ended = platform.run("run", "-d", "--name", "web", "-p", "8080:80", "-m", "64m", "shop/web:1", "nginx", "-g", "daemon off;");

        assertThat(ended).isEqualTo(new FakePlatform.Ended(0, ID + "\n", ""));
        var asked = platform.asked().getFirst();
        assertThat(asked.authorization()).isEqualTo("Bearer secret");
        ContainerRequest request = Json.read(asked.body(), ContainerRequest.class);
        assertThat(request.name()).isEqualTo("web");
        assertThat(request.start()).isTrue();
        assertThat(request.spec().command()).containsExactly("nginx", "-g", "daemon off;");
        assertThat(request.spec().resources().memory().value()).isEqualTo(64L << 20);
    }

    @Test
    void tellsARefusalWithItsHintAndEndsWith125() {
        platform.refuses(
                "POST /api/v1/containers",
                404,
                "{\"type\":\"https://gantry.io/problems/image-not-found\",\"title\":\"x\",\"status\":404,"
                        + "\"detail\":\"no image shop/web:1\",\"field\":\"spec.image\",\"hint\":\"push it to /v2\"}");

        var ended = platform.run("run", "-d", "shop/web:1");

        assertThat(ended)
                .isEqualTo(new FakePlatform.Ended(125, "", "gantry: no image shop/web:1 (spec.image)\n        push it to /v2\n"));
    }

    /** Whatever the sentence is. */
    @ParameterizedTest
    @CsvSource({"2, 127", "13, 126", "21, 126", "12, 125"})
    void endsAsAShellDoesWhenTheCommandCantBeRun(int errno, int code) {
        platform.refuses("POST /api/v1/containers", 422, "{\"type\":\"https://gantry.io/problems/start-failed\",\"status\":422,\"detail\":\"not started\",\"errno\":" + errno + "}");

        assertThat(platform.run("run", "-d", "shop/web:1", "ls")).isEqualTo(new FakePlatform.Ended(code, "", "gantry: not started\n"));
    }

    @Test
    void refusesAValueThatCanNotWorkWithWhatToWrite() {
        assertThat(platform.run("run", "-w", "srv", "shop/web:1"))
                .isEqualTo(new FakePlatform.Ended(125, "", "gantry: workingDir is an absolute path inside, got 'srv'\n        write for example /srv\n"));
    }

    @Test
    void endsOtherCommandsWith1() {
        platform.refuses("POST /api/v1/containers/web/stop", 409, "{\"status\":409,\"detail\":\"it doesn't run\"}");

        assertThat(platform.run("stop", "-t", "3", "web")).isEqualTo(new FakePlatform.Ended(1, "", "gantry: it doesn't run\n"));
        assertThat(platform.asked().getFirst().target()).isEqualTo("/api/v1/containers/web/stop?grace=PT3S");
    }

    @Test
    void saysInASentenceWhatToDoWithoutAnOptionOfDockers() {
        var ended = platform.run("run", "--volume-driver", "nfs", "shop/web:1");

        assertThat(ended.code()).isEqualTo(125);
        assertThat(ended.err()).isEqualTo("gantry: there is no --volume-driver: volumes are folders of the node they were first used on\n");
        assertThat(platform.run("run", "--userns=host", "shop/web:1").err()).startsWith("gantry: there is no --userns: every container has users");
        assertThat(platform.run("run", "--nonsense", "shop/web:1").err()).contains("Unknown option: '--nonsense'");
    }

    @Test
    void refusesATerminalWhereNobodyTypes() {
        assertThat(platform.run("run", "-i", "-t", "shop/web:1").err())
                .isEqualTo("gantry: -i with -t: standard input is not a terminal; leave -t out to pass a file or a pipe on\n");
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void aRefusedStreamSaysWhy() {
        String refusal = "{\"type\":\"https://gantry.io/problems/conflict\",\"status\":409,\"detail\":\"it doesn't run\",\"hint\":\"start it\"}";
        platform.answers("GET /api/v1/containers/web", container("EXITED", ""))
                .refuses("GET /api/v1/containers/" + ID + "/attach", 409, refusal)
                .answers("POST /api/v1/containers/web/execs", "{\"id\":\"7\"}")
                .refuses("GET /api/v1/execs/web/7", 409, refusal);

        assertThat(platform.run("attach", "web")).isEqualTo(new FakePlatform.Ended(1, "", "gantry: it doesn't run\n        start it\n"));
        assertThat(platform.run("exec", "web", "ls")).isEqualTo(new FakePlatform.Ended(125, "", "gantry: it doesn't run\n        start it\n"));
    }

    @Test
    void whatShallBeRemovedAtItsEndIsAskedForSo() {
        platform.answers("POST /api/v1/containers", container("REQUESTED", ""));

        assertThat(platform.run("run", "-d", "--rm", "shop/web:1")).isEqualTo(new FakePlatform.Ended(0, ID + "\n", ""));
        assertThat(Json.read(platform.asked().getFirst().body(), ContainerRequest.class).spec().autoRemove()).isTrue();
        assertThat(platform.run("run", "--rm", "--restart", "always", "shop/web:1").err()).startsWith("gantry: --rm with --restart: ");
        assertThat(platform.asked()).as("requests").hasSize(1);
    }

    @Test
    void whatNeverRanIsRemovedAtOnceAndTheReasonIsTold() {
        platform.answers("POST /api/v1/containers", container("CREATED", ""))
                .answers("GET /api/v1/containers/" + ID + "/wait", "{\"exitCode\":0}")
                .refuses("GET /api/v1/containers/" + ID + "/attach", 503, "{\"status\":503,\"detail\":\"its node doesn't answer\"}")
                .refuses("DELETE /api/v1/containers/" + ID, 504, "{\"status\":504,\"detail\":\"it is not removed after 25 s\"}");

        assertThat(platform.run("run", "--rm", "shop/web:1")).isEqualTo(new FakePlatform.Ended(125, "", "gantry: its node doesn't answer\n"));
        assertThat(platform.asked().getLast().target()).isEqualTo("/api/v1/containers/" + ID + "?force=true&volumes=true");
    }

    @Test
    void listsDeploymentsWithTheirPorts() {
        platform.answers(
                "GET /api/v1/deployments",
                "{\"items\":[{\"name\":\"shop\",\"revision\":2,\"status\":\"STEADY\",\"ready\":3,\"wanted\":3,\"spec\":{\"replicas\":3,\"template\":"
                        + "{\"image\":\"shop/web:1\",\"ports\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"TCP\"}]}}}]}");

        assertThat(platform.run("deployments").out())
                .isEqualTo(
                        """
                        NAME   IMAGE        READY   REVISION   STATUS   PORTS                  AGE
                        shop   shop/web:1   3/3     2          steady   0.0.0.0:8080->80/tcp
                        """);
    }

    @Test
    void tellsWhereAPortOfADeploymentIsLeftToAnotherProgram() {
        platform.answers(
                "GET /api/v1/deployments",
                "{\"items\":[{\"name\":\"shop\",\"revision\":2,\"status\":\"STEADY\",\"ready\":3,\"wanted\":3,\"spec\":{\"replicas\":3,\"template\":"
                        + "{\"image\":\"shop/web:1\",\"ports\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"TCP\"}]}},"
                        + "\"withheldPorts\":[{\"node\":\"host-2\",\"port\":{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"TCP\"},\"why\":\"nginx\"}]}]}");

        assertThat(platform.run("deployments").out()).contains("0.0.0.0:8080->80/tcp (not on host-2)");
    }

    @Test
    void listsContainersAsATable() {
        platform.answers(
                "GET /api/v1/containers",
                "{\"items\":[{\"id\":\"" + ID + "\",\"name\":\"web\",\"state\":\"EXITED\",\"exitCode\":3,\"spec\":{\"image\":\"shop/web:1\"},"
                        + "\"node\":{\"id\":\"node-01890000-0000-7000-8000-000000000001\",\"name\":\"host-1\",\"address\":\"10.77.0.11\",\"streamPort\":7071},"
                        + "\"endpoint\":{\"network\":\"default\",\"address\":\"10.42.0.5\",\"prefix\":16,\"ports\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"TCP\"}]}}]}");

        var ended = platform.run("ps", "-a");

        assertThat(ended.out())
                .isEqualTo(
                        """
                        ID             NAME   IMAGE        STATE        READY   NODE     ADDRESS     PORTS                  AGE
                        4f4f4f4f4f4f   web    shop/web:1   exited (3)   no      host-1   10.42.0.5   0.0.0.0:8080->80/tcp
                        """);
        assertThat(platform.asked().getFirst().target()).isEqualTo("/api/v1/containers?all=true");
    }

    @Test
    void listsNamesForPrograms() {
        platform.answers(
                "GET /api/v1/containers", "{\"items\":[{\"id\":\"" + ID + "\",\"name\":\"web\",\"state\":\"RUNNING\",\"spec\":{\"image\":\"a\"}}]}");

        assertThat(platform.run("ps", "-o", "name").out()).isEqualTo("web\n");
        assertThat(platform.run("ps", "-q").out()).isEqualTo("4f4f4f4f4f4f\n");
    }

    @Test
    void deploysANewDeployment() {
        platform.answers("GET /api/v1/deployments", "{\"items\":[]}")
                .answers("POST /api/v1/deployments", "{\"name\":\"shop\",\"revision\":1,\"status\":\"ROLLING\"}");

        var ended =
                platform.run(
                        "deploy", "shop", "shop/web:1", "--replicas", "3", "-p", "8080:80", "-m", "64m", "--cpus", "0.25", "--ready-http", "80/");

        assertThat(ended).isEqualTo(new FakePlatform.Ended(0, "shop revision 1\n", ""));
        var spec = Json.read(platform.asked().getLast().body(), DeploymentRequest.class).spec();
        assertThat(spec.replicas()).isEqualTo(3);
        assertThat(spec.template().resources().cpu().value()).isEqualTo(250);
        assertThat(spec.template().readiness().port()).isEqualTo(80);
        assertThat(spec.template().ports().getFirst().hostPort()).isEqualTo(8080);
    }

    @Test
    void deploysOneOnEachNodeThatItsConstraintsLeave() {
        platform.answers("GET /api/v1/deployments", "{\"items\":[]}").answers("POST /api/v1/deployments", "{\"name\":\"shop\",\"revision\":1,\"status\":\"ROLLING\"}");

        platform.run("deploy", "--global", "--constraint", "node.labels.disk==ssd", "--constraint", "node.name!=one", "--deployment-label", "team=red", "shop", "shop/web:1");

        var spec = Json.read(platform.asked().getLast().body(), DeploymentRequest.class).spec();
        assertThat(spec.mode()).isEqualTo(DeploymentSpec.Mode.GLOBAL);
        assertThat(spec.labels()).isEqualTo(Map.of("team", "red"));
        assertThat(spec.template().constraints()).extracting(Object::toString).containsExactly("node.labels.disk==ssd", "node.name!=one");
        assertThat(platform.run("deploy", "--global", "--replicas", "3", "shop", "shop/web:1").err()).contains("a global deployment has one replica on each node, got 3");
        assertThat(platform.run("deploy", "--constraint", "disk=ssd", "shop", "shop/web:1").err()).contains("'disk=ssd' is no constraint of nodes");
    }

    @Test
    void deploysReplicasThatAreSpreadOverLabels() {
        platform.answers("GET /api/v1/deployments", "{\"items\":[]}").answers("POST /api/v1/deployments", "{\"name\":\"shop\",\"revision\":1,\"status\":\"ROLLING\"}");

        platform.run("deploy", "--replicas", "6", "--spread", "node.labels.zone", "--spread", "node.labels.rack", "shop", "shop/web:1");

        assertThat(Json.read(platform.asked().getLast().body(), DeploymentRequest.class).spec().spread()).extracting(Object::toString).containsExactly("node.labels.zone", "node.labels.rack");
        assertThat(platform.run("deploy", "--spread", "zone", "shop", "shop/web:1").err()).contains("replicas are spread over the values of a label of nodes, got 'zone'", "node.labels.LABEL");
        assertThat(platform.run("deploy", "--global", "--spread", "node.labels.zone", "shop", "shop/web:1").err()).contains("one on each node leaves nothing to be spread");
    }

    @Test
    void deploysAJobAndEndsAsItDoes() {
        String sums = "{\"name\":\"sums\",\"revision\":1,\"status\":\"%s\",\"wanted\":5,\"completed\":[0,1],\"spec\":{\"mode\":\"JOB\",\"job\":{\"completions\":5},\"template\":{\"image\":\"sums:1\"}}}";
        platform.answers("GET /api/v1/deployments", "{\"items\":[]}").answers("POST /api/v1/deployments", sums.formatted("RUNNING"))
                .answers("GET /api/v1/deployments/sums", sums.formatted("FAILED"));

        var ended = platform.run("deploy", "--job", "--completions", "5", "--max-concurrent", "2", "--wait", "sums", "sums:1");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("sums: failed, 2 of 5 have ended well");
        var spec = Json.read(platform.asked().stream().filter(asked -> asked.body() != null && asked.body().contains("\"job\"")).findFirst().orElseThrow().body(), DeploymentRequest.class).spec();
        assertThat(spec.mode()).isEqualTo(DeploymentSpec.Mode.JOB);
        assertThat(spec.job()).isEqualTo(new Job(5, 2, 3));
        assertThat(platform.run("deploy", "--completions", "5", "shop", "shop/web:1").err()).contains("job says how a deployment comes to an end");
    }

    @Test
    void whatFollowsTheFirstWordOfADeploymentsCommandIsTheCommands() {
        platform.answers("GET /api/v1/deployments", "{\"items\":[]}").answers("POST /api/v1/deployments", "{\"name\":\"shop\",\"revision\":1,\"status\":\"ROLLING\"}");

        platform.run("deploy", "--replicas", "2", "shop", "shop/web:1", "-m", "64m", "sh", "-c", "sleep 3", "--replicas", "7");

        var spec = Json.read(platform.asked().getLast().body(), DeploymentRequest.class).spec();
        assertThat(spec.replicas()).isEqualTo(2);
        assertThat(spec.template().resources().memory().value()).isEqualTo(64L << 20);
        assertThat(spec.template().command()).containsExactly("sh", "-c", "sleep 3", "--replicas", "7");
    }

    @Test
    void givesADeploymentThatExistsANewRevision() {
        String view =
                "{\"name\":\"shop\",\"revision\":2,\"status\":\"ROLLING\",\"spec\":{\"replicas\":5,\"template\":{\"image\":\"shop/web:1\"}}}";
        platform.answers("GET /api/v1/deployments", "{\"items\":[" + view + "]}").answers("PUT /api/v1/deployments/shop", view);

        assertThat(platform.run("deploy", "shop", "shop/web:2").out()).isEqualTo("shop revision 2\n");
        assertThat(Json.read(platform.asked().getLast().body(), DeploymentSpec.class).replicas()).as("as many as before").isEqualTo(5);
    }

    @Test
    void clonesAVolumeToANewOneOnly() {
        platform.answers("GET /api/v1/volumes/data", "{\"name\":\"data\",\"labels\":{}}").answers("GET /api/v1/volumes/there", "{\"name\":\"there\",\"labels\":{}}");

        assertThat(platform.run("volume", "clone", "data", "there"))
                .isEqualTo(new FakePlatform.Ended(1, "", "gantry: volume 'there' is there; choose another name, or restore into it\n"));
        assertThat(platform.asked()).allMatch(one -> one.method().equals("GET"));
    }

    @Test
    void addsARule() {
        platform.answers("POST /api/v1/rules", "{\"name\":\"follow\"}");

        platform.run("rule", "add", "follow", "--on-image", "shop/web:live", "--roll-out", "shop");

        assertThat(platform.asked().getFirst().body())
                .isEqualTo(
                        "{\"name\":\"follow\",\"spec\":{\"when\":{\"event\":\"image-tagged\",\"image\":\"shop/web:live\"},"
                                + "\"then\":{\"action\":\"roll-out\",\"deployment\":\"shop\"}}}");
    }

    @Test
    void printsABuildAsItComesAndFailsWithIt(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        platform.answers(
                "POST /api/v1/builds", "{\"step\":1,\"total\":1,\"instruction\":\"RUN make\"}\n{\"error\":{\"status\":422,\"detail\":\"RUN ended with 2\",\"hint\":\"look above\"}}\n");

        var ended = platform.run("build", "-t", "shop/web:1", folder.toString());

        assertThat(ended).isEqualTo(new FakePlatform.Ended(1, "[1/1] RUN make\n", "gantry: RUN ended with 2\n        look above\n"));
        assertThat(platform.asked().getFirst().target()).isEqualTo("/api/v1/builds?dockerfile=Dockerfile&tag=shop%2Fweb%3A1");
    }

    @Test
    void explainsInWords() {
        platform.answers(
                "GET /api/v1/containers/web/explain",
                "{\"name\":\"web\",\"run\":1,\"totalMicros\":2400,\"steps\":[{\"number\":1,\"title\":\"Make its folder\",\"call\":\"mkdir(\\\"x\\\")\","
                        + "\"shell\":\"mkdir x\",\"where\":\"agent\",\"undo\":\"\",\"micros\":40}]}");
        platform.answers("GET /api/v1/containers/web", container("EXITED", ""));

        assertThat(platform.run("explain", "web").out())
                .isEqualTo(
                        """
                        web, run 1

                        in the agent:
                          1. Make its folder  (40 µs)
                               mkdir("x")
                               $ mkdir x

                        2.4 ms in all
                        """);
    }

    private static String container(String state, String more) {
        return "{\"id\":\"" + ID + "\",\"name\":\"web\",\"state\":\"" + state + "\",\"spec\":{\"image\":\"shop/web:1\"}" + more + "}";
    }

    @Test
    void tellsHowItEndedAgainAndAgain() {
        String ends = ",\"exitCode\":3,\"restarts\":2,\"nextTry\":\"2999-01-01T00:00:00Z\",\"ends\":["
                + "{\"run\":1,\"restarts\":0,\"finishedAt\":\"2026-01-02T12:00:00Z\",\"detail\":\"exec: /none was not found\"},"
                + "{\"run\":1,\"restarts\":1,\"startedAt\":\"2026-01-02T12:00:01Z\",\"finishedAt\":\"2026-01-02T12:00:01.500Z\",\"exitCode\":3,\"reason\":\"EXITED\","
                + "\"lastLines\":[\"connecting\",\"can't reach the data base at 10.1.0.7, giving up\"]}]";
        platform.answers("GET /api/v1/containers", "{\"items\":[" + container("EXITED", ends) + "]}");
        platform.answers("GET /api/v1/containers/web", container("EXITED", ends));
        platform.answers("GET /api/v1/containers/web/explain", "{\"name\":\"web\",\"run\":1,\"totalMicros\":0,\"steps\":[]}");

        assertThat(platform.run("ps", "-a").out()).containsPattern("exited \\(3\\), 2 restarts, again in \\d+ s: can't reach the data base at 10\\.1\\.0\\.7, …");
        assertThat(platform.run("explain", "web").out()).endsWith(
                """
                how it ended, the latest last:
                  2026-01-02T12:00:00Z  run 1: not started: exec: /none was not found
                  2026-01-02T12:00:01.500Z  run 1, restart 1: exit 3 after 0.5 s
                    | connecting
                    | can't reach the data base at 10.1.0.7, giving up
                """);
    }

    @Test
    void tellsThatSharedMemoryIsNearlyFull() {
        String full = ",\"pid\":7,\"sharedMemory\":{\"used\":62914560,\"size\":67108864,\"at\":\"2026-01-02T12:00:00Z\"}";
        platform.answers("GET /api/v1/containers", "{\"items\":[" + container("RUNNING", full) + "]}");
        platform.answers("GET /api/v1/containers/web", container("RUNNING", full));
        platform.answers("GET /api/v1/containers/web/explain", "{\"name\":\"web\",\"run\":1,\"totalMicros\":0,\"steps\":[]}");
        platform.answers("GET /api/v1/containers/web/isolation", "{\"name\":\"web\",\"processes\":1,\"grade\":\"A\",\"findings\":[],\"shared\":[]}");

        assertThat(platform.run("ps").out()).contains("running, /dev/shm nearly full");
        assertThat(platform.run("explain", "web").out()).contains("/dev/shm is nearly full since 2026-01-02T12:00:00Z: 60 MiB of 64 MiB; a larger one is made with --shm-size");
    }

    @Test
    void tellsWhoMakesAContainerWait() {
        platform.answers(
                "GET /api/v1/containers/web/pressure",
                "{\"name\":\"web\",\"millis\":3001,\"cpu\":{\"millis\":1500.2,\"percent\":50.0,\"causes\":["
                        + "{\"kind\":\"CONTAINER\",\"container\":\"" + "b".repeat(64) + "\",\"name\":\"batch\",\"percent\":71.4},"
                        + "{\"kind\":\"OWN_LIMIT\",\"name\":\"\",\"percent\":20.0},{\"kind\":\"HOST\",\"name\":\"\",\"percent\":8.6}]},"
                        + "\"memory\":{\"millis\":0,\"percent\":0,\"causes\":[]},"
                        + "\"io\":{\"millis\":3,\"percent\":0.1,\"causes\":[{\"kind\":\"ITSELF\",\"name\":\"\",\"percent\":100}]}}");

        assertThat(platform.run("pressure", "--seconds", "3", "web").out())
                .isEqualTo(
                        """
                        web, looked at for 3001 ms

                                 WAITED      OF THE TIME   BECAUSE OF
                        cpu      1500.2 ms   50.0 %        batch 71 %, its own limit 20 %, the host's programs 9 %
                        memory   0.0 ms      0.0 %
                        io       3.0 ms      0.1 %         itself 100 %
                        """);
    }

    @Test
    void tellsHowFarAContainerIsApart() {
        platform.answers(
                "GET /api/v1/containers/web/isolation",
                "{\"name\":\"web\",\"processes\":1,\"grade\":\"B\",\"findings\":["
                        + "{\"protection\":\"sysfs\",\"grade\":\"A\",\"found\":\"read-only\",\"why\":\"it is the host's\"},"
                        + "{\"protection\":\"capabilities\",\"grade\":\"B\",\"found\":\"beyond the usual: NET_ADMIN\",\"why\":\"less is better\"}],\"shared\":[\"the kernel\"],"
                        + "\"drift\":[{\"what\":\"limit pids.max\",\"asked\":\"50\",\"found\":\"100\"}]}");

        assertThat(platform.run("isolation", "web").out())
                .isEqualTo(
                        """
                        web: B, the worst of 2 findings

                            PROTECTION     FOUND                         WHY
                        A   sysfs          read-only                     it is the host's
                        B   capabilities   beyond the usual: NET_ADMIN   less is better

                        shared with the host:
                          the kernel

                        not as it was asked for:
                        OTHERWISE        ASKED   NOW
                        limit pids.max   50      100
                        """);
        assertThat(platform.run("isolation", "--json", "web").out()).contains("\"grade\" : \"B\"");
    }

    @Test
    void saysWhatToDoWhenNothingAnswers() {
        platform.close();

        var ended = platform.run("ps");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("nothing answers at http://127.0.0.1:").contains("./gantry status");
    }
}

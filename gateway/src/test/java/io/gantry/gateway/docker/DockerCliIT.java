package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unmodified docker CLI against the edge. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class DockerCliIT {
    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @ConfigProperty(name = "gantry.token.file")
    Path token;

    @Inject DockerEdge edge;

    private Shell shell;

    @BeforeEach
    void connect() {
        shell = new Shell(Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CLI_HINTS", "false"));
    }

    @Test
    void onlyItsOwnerMayOpenTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
    }

    @Test
    void agreesOnTheVersion() throws Exception {
        assertThat(docker("version --format '{{.Server.APIVersion}} {{.Client.APIVersion}}'")).isEqualTo("1.47 1.47\n");
        assertThat(docker("info --format '{{.NCPU}} {{.Swarm.LocalNodeState}} {{.OSType}}'")).isEqualTo("2 active linux\n");
        assertThat(docker("info")).contains("Operating System: Gantry on 1 nodes");
    }

    @Test
    void runsAndShowsOutputAndExitCode() throws Exception {
        assertThat(docker("run --rm busy echo hi")).isEqualTo("hi\n");
        var result = shell.run("docker run busy sh -c 'echo out; echo err >&2; exit 3'");
        assertThat(result).isEqualTo(new Shell.Result(3, "out\n", "err\n"));
    }

    @Test
    void takesWhatSaysWhatIsSoAnyway() throws Exception {
        assertThat(docker("run --rm --cgroupns private --log-driver json-file --no-healthcheck --memory-swap -1 -m 64m --platform linux/amd64 busy echo hi")).isEqualTo("hi\n");
    }

    @Test
    void standardInputEndsWhereTheClientsEnds() throws Exception {
        assertThat(shell.run("printf 'one\\ntwo\\n' | docker run --rm -i busy cat").out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void aTerminalIsATerminal() throws Exception {
        var result = shell.run("script -qfec 'docker run --rm -it busy sh -c \"tty; exit 5\"' /dev/null < /dev/null");
        assertThat(result.out()).contains("/dev/pts/");
        assertThat(result.code()).isEqualTo(5);
    }

    @Test
    void removesWhatWasRunWithRmAlthoughItsClientHasGone() throws Exception {
        String id = docker("run -d --rm busy sh -c 'read line'").strip();
        // its standard input is the test's pipe: it ends when the process is killed
        docker("kill " + id);
        assertThat(docker("wait " + id + " 2>/dev/null || true")).isIn("", "137\n", "143\n");
        assertThat(shell.run("timeout 20 bash -c 'while docker inspect " + id + " >/dev/null 2>&1; do :; done'").code()).isZero();
    }

    @Test
    void showsWhatRunsWhereItIsPublished() throws Exception {
        String id = docker("run -d --name web1 -p 127.0.0.1:8088:80 -l tier=front busy sleep 60").strip();
        assertThat(docker("ps --no-trunc --format '{{.ID}} {{.Names}} {{.State}} {{.Ports}}' --filter label=tier=front"))
                .isEqualTo(id + " web1 running 127.0.0.1:8088->80/tcp\n");
        assertThat(docker("port web1")).isEqualTo("80/tcp -> 127.0.0.1:8088\n");
        assertThat(docker("ps -q --filter name=^/web1$ --filter status=exited")).isEmpty();
        assertThat(docker("inspect --format '{{.Name}} {{.State.Running}} {{index .Config.Labels \"tier\"}} {{.NetworkSettings.IPAddress}}' " + id.substring(0, 6)))
                .isEqualTo("/web1 true front 10.1.0.5\n");
        assertThat(docker("stop web1")).isEqualTo("web1\n");
        assertThat(docker("ps -a --filter name=web1 --format '{{.State}} {{.Status}}'")).startsWith("exited Exited (143) Less than a second ago");
        assertThat(docker("rm web1")).isEqualTo("web1\n");
        assertThat(shell.run("docker inspect web1").err()).contains("No such object: web1");
    }

    @Test
    void runsFurtherCommandsInside() throws Exception {
        docker("run -d --name host1 busy sleep 60");
        assertThat(docker("exec host1 echo inside")).isEqualTo("inside\n");
        assertThat(shell.run("printf abc | docker exec -i host1 wc -c").out().strip()).isEqualTo("3");
        assertThat(shell.run("docker exec host1 sh -c 'echo oops >&2; exit 7'")).isEqualTo(new Shell.Result(7, "", "oops\n"));
        var terminal = shell.run("script -qfec 'docker exec -it host1 sh -c \"tty; exit 4\"' /dev/null < /dev/null");
        assertThat(terminal.out()).contains("/dev/pts/");
        assertThat(terminal.code()).isEqualTo(4);
        assertThat(shell.run("docker exec -d host1 true").code()).isZero();
        docker("rm -f host1");
    }

    @Test
    void readsLogs() throws Exception {
        docker("run --name logs1 busy sh -c 'echo one; echo two >&2; sleep 0.3; echo three'");
        var all = shell.run("docker logs logs1");
        assertThat(all.out()).isEqualTo("one\nthree\n");
        assertThat(all.err()).isEqualTo("two\n");
        assertThat(docker("logs --tail 1 logs1")).isEqualTo("three\n");
        assertThat(docker("logs -t --tail 1 logs1")).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z three\n");
        docker("run -d --name logs2 busy sh -c 'echo first; sleep 1; echo last'");
        assertThat(docker("logs -f logs2")).isEqualTo("first\nlast\n");
        docker("rm -f logs1 logs2");
    }

    @Test
    void refusesWhileRunningAndForcesWhenTold() throws Exception {
        docker("run -d --name busy1 busy sleep 60");
        assertThat(shell.run("docker rm busy1").err()).contains("container is running: stop the container before removing or force remove");
        String id = docker("ps -q --no-trunc --filter name=busy1").strip();
        String conflict =
                "Conflict. The container name \"/busy1\" is already in use by container \"" + id
                        + "\". You have to remove (or rename) that container to be able to reuse that name.";
        assertThat(shell.run("docker run --name busy1 busy true").err()).contains(conflict);
        assertThat(shell.run("docker rename busy1 busy1").err()).contains("Renaming a container with the same name as its current name");
        assertThat(docker("rm -f busy1")).isEqualTo("busy1\n");
        assertThat(shell.run("docker kill busy1").err()).contains("No such container: busy1");
    }

    @Test
    void whatIsKilledIsDeadWhenTheCommandReturns() throws Exception {
        docker("run -d --name doomed busy sleep 60");
        assertThat(docker("kill doomed && docker inspect --format '{{.State.Status}}' doomed")).isEqualTo("doomed\nexited\n");
        docker("rm doomed");
    }

    @Test
    void saysPreciselyWhatItCannotDo() throws Exception {
        var volume = shell.run("docker run --volume-driver nfs busy true");
        assertThat(volume.err()).contains("HostConfig.VolumeDriver is not supported yet");
        assertThat(volume.code()).isEqualTo(125);
        assertThat(shell.run("docker run --platform linux/s390x busy true").err()).contains("not for linux/s390x");
        assertThat(shell.run("docker volume create -d nfs v").err()).contains("Driver 'nfs' is not supported yet: volumes are folders of the node, driver local");
        assertThat(shell.run("docker run nonesuch true").err()).contains("nonesuch:latest is not in Gantry's registry");
        var program = shell.run("docker run busy /nonesuch");
        assertThat(program.err()).contains("no such file or directory");
        assertThat(program.code()).isEqualTo(127);
    }

    @Test
    void listsImagesNetworksAndVolumes() throws Exception {
        assertThat(docker("images busy --format '{{.Repository}}:{{.Tag}} {{.ID}}'")).isEqualTo("busy:latest aaaaaaaaaaaa\n");
        assertThat(docker("image inspect --format '{{.Id}}' busy")).isEqualTo("sha256:" + "a".repeat(64) + "\n");
        assertThat(docker("run --rm " + "a".repeat(12) + " echo by-id || true")).isEqualTo("by-id\n");
        assertThat(docker("pull busy")).contains("Image is up to date for busy:latest");
        assertThat(docker("network ls --format '{{.Name}} {{.Driver}}'")).isEqualTo("bridge bridge\nhost host\nnone null\n");
        assertThat(docker("volume ls --format '{{.Name}} {{.Driver}} {{.Labels}}'")).isEqualTo("data local team=blue\n");
        assertThat(docker("volume ls -q --filter label=team=red")).isEmpty();
    }

    @Test
    void putsContainersOnNetworksAndTakesThemOff() throws Exception {
        docker("network create front && docker network create back");
        docker("run -d --name joins --network front busy sleep 100");
        docker("network connect --alias db --ip 10.2.1.9 back joins");
        assertThat(docker("inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.IPAddress}} {{end}}' joins")).isEqualTo("back 10.2.1.9 front 10.1.0.5 \n");
        assertThat(docker("ps -q --filter network=back")).isNotBlank();
        assertThat(shell.run("docker network connect back joins").err()).contains("endpoint with name joins already exists in network back");
        assertThat(shell.run("docker network rm back").err()).contains("network back has active endpoints");
        assertThat(shell.run("docker network connect host joins").err()).contains("a container can't be put on network host or taken off it");
        assertThat(shell.run("docker network connect nowhere joins").err()).contains("network nowhere not found");
        assertThat(shell.run("docker network connect back nobody").err()).contains("nobody");
        docker("network disconnect -f front joins");
        assertThat(docker("inspect -f '{{len .NetworkSettings.Networks}}' joins")).isEqualTo("1\n");
        assertThat(shell.run("docker network disconnect front joins").err()).contains("is not connected to network front");
        docker("rm -f joins && docker network rm front back");
    }

    @Test
    void carriesManyBytesInAndOutUnchanged() throws Exception {
        docker("run -d --name bulk busy sleep 100");
        var in = shell.run("head -c 268435456 /dev/urandom | tee >(sha256sum >&2) | docker exec -i bulk sha256sum");
        assertThat(in.out()).isEqualTo(in.err()).hasSizeGreaterThan(64);
        var out = shell.run("docker exec bulk head -c 268435456 /dev/zero | sha256sum; head -c 268435456 /dev/zero | sha256sum");
        String[] sums = out.out().split("\n");
        assertThat(sums[0]).isEqualTo(sums[1]);
        docker("rm -f bulk");
    }

    @Test
    void answersOnTcpOnlyWithAToken(@TempDir Path config) throws Exception {
        String tcp = "DOCKER_CONFIG=" + config + " docker -H tcp://127.0.0.1:" + edge.port();
        assertThat(shell.run(tcp + " ps").err()).contains("a token is needed");
        assertThat(shell.run("printf x | " + tcp + " run -i busy cat").code()).isEqualTo(125);
        JsonNode headers = Json.mapper().valueToTree(Map.of("HttpHeaders", Map.of("Authorization", "Bearer " + Files.readString(token).strip())));
        Files.writeString(config.resolve("config.json"), headers.toString());
        assertThat(shell.run("printf x | " + tcp + " run --rm -i busy cat").out()).isEqualTo("x");
    }

    private String docker(String arguments) throws IOException, InterruptedException {
        var result = shell.run("docker " + arguments);
        assertThat(result.code()).as("docker " + arguments + ": " + result.err()).isZero();
        return result.out();
    }
}

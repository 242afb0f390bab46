package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of other registries and archives by the unmodified docker CLI; image-service is played. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class TransfersByCliIT {
    private static final String ID = "sha256:" + "a".repeat(64);

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @TempDir Path config;
    private Shell shell;

    @BeforeEach
    void connect() {
        shell = new Shell(Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CLI_HINTS", "false", "DOCKER_CONFIG", config.toString()));
    }

    @Test
    void whoIsKnownThereMayPullAndPush() throws Exception {
        var wrong = shell.run("echo wrong | docker login -u me --password-stdin host:5");
        assertThat(wrong.code()).isNotZero();
        assertThat(wrong.err()).contains("unauthorized: incorrect username or password");
        assertThat(shell.run("docker pull host:5/shop/web:1").err()).contains("the registry host:5 doesn't give access to host:5/shop/web:1");
        docker("tag busy host:5/shop/web:1");
        assertThat(shell.run("docker push host:5/shop/web:1").err()).contains("the registry host:5 doesn't give access to it");

        assertThat(shell.run("echo secret | docker login -u me --password-stdin host:5").out()).contains("Login Succeeded");
        assertThat(docker("pull host:5/shop/web:1")).contains("1: Pulling from shop/web", "bbbbbbbbbbbb: Pull complete", "Digest: " + ID, "Status: Downloaded newer image for host:5/shop/web:1");
        assertThat(docker("push host:5/shop/web:1")).contains("The push refers to repository [host:5/shop/web]", "bbbbbbbbbbbb: Layer already exists", "1: digest: " + ID + " size: 528");
        docker("rmi host:5/shop/web:1");
        assertThat(docker("pull busy")).contains("Status: Image is up to date for busy:latest");
        assertThat(docker("pull -q busy")).contains("busy");
    }

    @Test
    void whatBreaksOnTheWayIsToldInTheStream() throws Exception {
        DockerSocket docker = new DockerSocket(socket);
        String auth = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"username\":\"me\",\"password\":\"secret\"}".getBytes());
        String answer = docker.raw("POST /v1.41/images/create?fromImage=host:5/shop/web&tag=broken HTTP/1.1\r\nHost: d\r\nConnection: close\r\nX-Registry-Auth: " + auth + "\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK")
                .contains("{\"status\":\"Downloading\",\"progressDetail\":{\"current\":2000000,\"total\":4000000},\"progress\":\"[========================>                         ]  2.0MB/4.0MB\",\"id\":\"bbbbbbbbbbbb\"}")
                .contains("{\"errorDetail\":{\"message\":\"the registry host:5 doesn't answer: reset\"},\"error\":\"the registry host:5 doesn't answer: reset\"}");
        assertThat(docker.send("POST", "/images/create?fromImage=nonesuch", "").status()).isEqualTo(404);
        assertThat(docker.send("POST", "/images/create", "").message()).contains("neither fromImage nor fromSrc");
        assertThat(docker.send("POST", "/images/create?fromSrc=http://x/y", "").message()).contains("importing from 'http://x/y' is not supported yet");
        assertThat(docker.raw("POST /images/create?fromImage=busy HTTP/1.1\r\nHost: d\r\nConnection: close\r\nX-Registry-Auth: ???\r\n\r\n")).contains("X-Registry-Auth is no JSON in base64url");
    }

    @Test
    void archivesGoOutAndIn() throws Exception {
        assertThat(docker("save busy shop/web | cat")).isEqualTo("a tar of [busy:latest, shop/web:1, shop/web:2]");
        assertThat(docker("save " + "a".repeat(12) + " | cat")).isEqualTo("a tar of [" + ID + "]");
        assertThat(docker("save shop/job:1 | wc -c")).isEqualTo("9000021\n");
        assertThat(shell.run("(echo 'a tar'; head -c 9000000 /dev/zero) | docker load").out()).isEqualTo("Loaded image: loaded:1\nLoaded image ID: " + ID + "\n");
        assertThat(shell.run("docker save nonesuch | cat").err()).contains("No such image: nonesuch");
        assertThat(shell.run("echo 'a tar' | docker load").out()).isEqualTo("Loaded image: loaded:1\nLoaded image ID: " + ID + "\n");
        var broken = shell.run("echo no | docker load");
        assertThat(broken.code()).isNotZero();
        assertThat(broken.err()).contains("this is not a tar archive");
        assertThat(shell.run("echo x | docker import -m why -c 'CMD [\"x\"]' - made:1").out()).isEqualTo(ID + "\n");
    }

    @Test
    void whatANameMeansThereIsTold() throws Exception {
        DockerSocket docker = new DockerSocket(socket);
        assertThat(docker.get("/distribution/host:5/shop/web:1/json").json().toString())
                .isEqualTo("{\"Descriptor\":{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"" + ID
                        + "\",\"size\":7},\"Platforms\":[{\"architecture\":\"amd64\",\"os\":\"linux\"}]}");
    }

    private String docker(String arguments) throws Exception {
        var result = shell.run("docker " + arguments);
        assertThat(result.code()).as("docker " + arguments + ": " + result.err()).isZero();
        return result.out();
    }
}

package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks by the unmodified docker CLI; the services behind are played. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class NetworksByCliIT {
    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    private Shell shell;

    @BeforeEach
    void connect() {
        shell = new Shell(Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CLI_HINTS", "false"));
    }

    @Test
    void aNetworkIsMadeShownAndRemoved() throws Exception {
        String id = docker("network create --subnet 10.9.0.0/24 --label team=shop shop_back").strip();
        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(shell.run("docker network create shop_back").err()).contains("network with name shop_back already exists");
        assertThat(docker("network ls --filter label=team=shop --format '{{.Name}} {{.Driver}} {{.Scope}}'")).isEqualTo("shop_back bridge local\n");
        String container = docker("run -d --name on --network shop_back busy sleep 60").strip();
        assertThat(docker("network inspect -f '{{(index .IPAM.Config 0).Subnet}} {{(index .IPAM.Config 0).Gateway}} {{.Labels.team}} {{range $id, $c := .Containers}}{{$id}} {{$c.Name}} {{$c.IPv4Address}}{{end}}' shop_back"))
                .isEqualTo("10.9.0.0/24 10.9.0.1 shop " + container + " on 10.1.0.5/24\n");
        assertThat(docker("inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.NetworkID}} {{$net.EndpointID}}{{end}}' on")).isEqualTo("shop_back " + id + " " + container + "\n");
        assertThat(shell.run("docker network rm shop_back").err()).contains("network shop_back has active endpoints");
        docker("network connect bridge on");
        assertThat(docker("inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{end}}' on")).isEqualTo("bridge shop_back \n");
        docker("rm -f on && docker network rm shop_back");
        assertThat(shell.run("docker network inspect shop_back").err()).containsAnyOf("network shop_back not found", "No such network: shop_back");
    }

    @Test
    void whatDockerHasFromTheBeginningStays() throws Exception {
        assertThat(docker("network inspect -f '{{.Driver}} {{.Scope}}' host none")).isEqualTo("host local\nnull local\n");
        assertThat(shell.run("docker network rm bridge").err()).contains("bridge is a pre-defined network and cannot be removed");
        assertThat(shell.run("docker network create host").err()).contains("operation is not permitted on predefined host network");
        assertThat(shell.run("docker network create -d macvlan m").err()).contains("the network driver 'macvlan' is not supported yet");
    }

    @Test
    void networksThatNobodyIsOnArePruned() throws Exception {
        docker("network create --label kind=gone gone && docker network create --label kind=gone -d overlay busy_one && docker run -d --name holds --network busy_one busy sleep 60");
        assertThat(docker("network ls -q --filter dangling=true --filter label=kind=gone").lines()).hasSize(1);
        assertThat(docker("network ls --filter driver=overlay --format '{{.Name}}'")).isEqualTo("busy_one\n");
        assertThat(docker("network prune -f --filter label=kind=gone")).isEqualTo("Deleted Networks:\ngone\n\n");
        docker("rm -f holds && docker network rm busy_one");
    }

    private String docker(String arguments) throws IOException, InterruptedException {
        var result = shell.run("docker " + arguments);
        assertThat(result.code()).as("docker " + arguments + ": " + result.err()).isZero();
        return result.out();
    }
}

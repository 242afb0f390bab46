package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients ask of a build, and what of it can't be had. */
class BuildQueryTest {
    @Test
    void whatIsAskedIsHandedOn() {
        BuildQuery query = read("t=shop/web:1&t=docker.io/library/tool&dockerfile=sub/File&target=last&nocache=1&pull=1&q=1&rm=1&forcerm=1&version=1&session=abc&networkmode=default"
                + "&buildargs={\"A\":\"1 = one\",\"UNSET\":null}&labels={\"team\":\"blue\"}&cachefrom=[]&ulimits=null&platform=linux/amd64&memory=0&shmsize=0&cpusetcpus=");
        assertThat(query.tags()).extracting(Object::toString).containsExactly("shop/web:1", "tool:latest");
        assertThat(query.quiet()).isTrue();
        assertThat(text(query))
                .isEqualTo("dockerfile=sub/File&target=last&nocache=true&pull=true&network=default&platform=linux/amd64&tag=shop/web:1&tag=tool:latest&buildarg=A=1 = one&label=team=blue");
    }

    @Test
    void whatStepsShallHaveIsHandedOn() {
        assertThat(text(read("networkmode=host&platform=linux/arm64&shmsize=134217728"))).endsWith("&network=host&platform=linux/arm64&shm=134217728");
        assertThat(text(read("networkmode=none&extrahosts=db:192.0.2.7&extrahosts=&extrahosts=me:host-gateway"))).endsWith("&network=none&addhost=db:192.0.2.7&addhost=me:host-gateway");
        assertThat(text(read("networkmode=bridge"))).endsWith("&network=default");
    }

    /** docker-py sends all of this whatever it is asked, and a Dockerfile from outside the context twice: its name in the context, and its text. */
    @Test
    void whatALibrarySaysOfContainersThatAreNotKeptIsTaken() {
        assertThat(text(read("q=False&nocache=False&rm=False&forcerm=False&pull=False&isolation=default&dockerfile=.dockerfile.2de6&dockerfile=FROM busybox\nCOPY . /src")))
                .isEqualTo("dockerfile=.dockerfile.2de6&target=&nocache=false&pull=false");
    }

    @Test
    void wherePeopleLookForLayersIsHandedOn() {
        assertThat(text(read("cachefrom=[\"shop/cache:1\",\"\",\"docker.io/library/tool\"]"))).endsWith("&cachefrom=shop/cache:1&cachefrom=tool:latest");
        assertThat(text(read("cachefrom={}"))).isEqualTo(text(read("")));
    }

    @Test
    void nothingIsSaidByNothing() {
        BuildQuery query = read("");
        assertThat(query.tags()).isEmpty();
        assertThat(query.quiet()).isFalse();
        assertThat(text(query)).isEqualTo("dockerfile=&target=&nocache=false&pull=false");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "version=2 | 400 | BuildKit is not supported: there is the classic builder alone; set DOCKER_BUILDKIT=0",
        "cachefrom=7 | 400 | cachefrom is a list of strings",
        "cachefrom=[1] | 400 | cachefrom is a list of strings",
        "ulimits=[{}] | 501 | the parameter ulimits '[{}]' is not supported yet: steps have the limits that image-service is set to",
        "networkmode=container:db | 501 | the parameter networkmode 'container:db' is not supported yet: steps are on the default network, none, or their node's: host",
        "extrahosts=db:2001:db8::7 | 501 | the parameter extrahosts 'db:2001:db8::7' is not supported yet: networks are of IPv4",
        "extrahosts=db | 400 | bad format for add-host: \"db\"",
        "extrahosts=db:nowhere | 400 | invalid IP address in add-host: \"nowhere\"",
        "isolation=hyperv | 501 | the parameter isolation 'hyperv' is not supported yet: leave it out",
        "outputs=[{\"Type\":\"tar\"}] | 501 | the parameter outputs '[{\"Type\":\"tar\"}]' is not supported yet: a build makes an image",
        "t=UPPER | 400 | invalid reference format: 'UPPER' is not a repository name: lower case letters, digits and single . _ - between them, parts joined by /",
        "labels=[1] | 400 | labels is an object of strings",
        "buildargs={\"A\":1} | 400 | buildargs has strings under names without =, got 1 for 'A'"
    })
    void whatCannotBeHadIsNamed(String query, int status, String message) {
        assertThatThrownBy(() -> read(query))
                .isInstanceOfSatisfying(DockerRefusal.class, no -> assertThat(no.status()).isEqualTo(status))
                .hasMessage(message);
    }

    private static BuildQuery read(String query) {
        Map<String, List<String>> values = new HashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.computeIfAbsent(pair.substring(0, equals), _ -> new ArrayList<>()).add(pair.substring(equals + 1));
            }
        }
        return BuildQuery.read(name -> values.getOrDefault(name, List.of()));
    }

    private static String text(BuildQuery query) {
        return query.parameters().stream().map(one -> one.getKey() + "=" + one.getValue()).collect(Collectors.joining("&"));
    }
}

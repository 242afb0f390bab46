package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.view.ContainerView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinksTest {
    private static final ContainerView DB = Views.container('d', "RUNNING", '1', "");

    /** As docker-compose says it of a network, and the command line of the default one. */
    @Test
    void aLinkIsALineOfTheHostsWithTheOthersAddressWhereTheyAreTogether() {
        String body = "{\"NetworkingConfig\": {\"EndpointsConfig\": {\"back\": {\"Links\": [\"cd:db\", \"cd:db_1\", \"cd:cd\"]}}}}";
        assertThat(Links.any(json(body))).isTrue();
        assertThat(read(body).extraHosts()).containsExactly(host("db", "10.2.0.5"), host("db_1", "10.2.0.5"), host("cd", "10.2.0.5"));
        assertThat(read("{\"HostConfig\": {\"Links\": [\"cd:db\"], \"ExtraHosts\": [\"a:192.0.2.7\"]}}").extraHosts()).containsExactly(host("a", "192.0.2.7"), host("db", "10.1.0.5"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"cd:store\" | store", "\"/cd:/store\" | store", "\"cd\" | cd", "\"dddddddddddd:x\" | x",
    })
    void itNamesTheOtherAndPerhapsAnAlias(String link, String alias) {
        assertThat(read("{\"HostConfig\": {\"Links\": [" + link + "]}}").extraHosts()).containsExactly(host(alias, "10.1.0.5"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"HostConfig\": {\"Links\": [\"nobody:db\"]}} | could not get container for nobody: No such container: nobody",
        "{\"HostConfig\": {\"Links\": [\"cd:db:x\"]}} | bad format for links: cd:db:x",
        "{\"HostConfig\": {\"Links\": [\":db\"]}} | bad format for links: :db",
        "{\"HostConfig\": {\"Links\": [\"cd:db\"], \"NetworkMode\": \"elsewhere\"}} | Cannot link to cd, as it is on none of this container's networks",
    })
    void whatCannotBeFollowedIsRefused(String body, String message) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(DockerRefusal.class).hasMessage(message);
    }

    @Test
    void withoutLinksNobodyIsAskedFor() {
        assertThat(Links.any(json("{\"HostConfig\": {\"Links\": null}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"back\": {\"Links\": []}, \"front\": null}}}"))).isFalse();
    }

    private static HostEntry host(String name, String address) {
        return new HostEntry(name, Ipv4.parse(address));
    }

    private static ContainerSpec read(String body) {
        return CreateBody.read(json(body), ImageRef.parse("web"), null, 47, NetworkIds.UNKNOWN, DockerNames.SOCKETS, List.of(DB)).request().spec();
    }

    private static JsonNode json(String body) {
        return Json.read(body, JsonNode.class);
    }
}

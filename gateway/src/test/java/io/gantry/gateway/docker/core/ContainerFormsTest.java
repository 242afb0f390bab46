package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.view.ContainerView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerFormsTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");
    private static final ContainerView ON_BACK = Views.container('a', "RUNNING", '1', "\"network\": \"back\", \"aliases\": [\"db\"], \"hostname\": \"own\"");
    private static final ContainerView ON_DEFAULT = Views.container('a', "RUNNING", '1', "\"aliases\": [\"db\"]");

    @Test
    void clientsBefore145FindTheShortIdAmongTheAliases() {
        assertThat(network(ON_BACK, 44, "back").path("Aliases")).hasToString("[\"db\",\"aaaaaaaaaaaa\",\"own\"]");
        assertThat(network(ON_BACK, 45, "back").path("Aliases")).hasToString("[\"db\"]");
        assertThat(network(ON_DEFAULT, 44, "bridge").path("Aliases")).hasToString("[\"db\"]");
    }

    @Test
    void namesApartFromAliasesCameWith144() {
        assertThat(network(ON_BACK, 43, "back").has("DNSNames")).isFalse();
        assertThat(network(ON_BACK, 44, "back").path("DNSNames")).hasToString("[\"ca\",\"aaaaaaaaaaaa\",\"db\"]");
    }

    /** Compose looks for the network's id in a list, to see whether a container is on it. */
    @Test
    void networksAndEndpointsHaveTheirIds() {
        assertThat(network(ON_BACK, 47, "back").path("NetworkID").asText()).isEqualTo("b".repeat(64));
        assertThat(network(ON_BACK, 47, "back").path("EndpointID").asText()).isEqualTo("e".repeat(64));
        assertThat(network(Views.container('a', "RUNNING", '1', "\"network\": \"front\""), 47, "front").path("NetworkID").asText("none")).as("of one that says none").isEmpty();
        JsonNode listed = ContainerForms.summary(Views.container('c', "RUNNING", '1', "\"network\": \"none\""), 47, NOW);
        assertThat(listed.path("NetworkSettings").path("Networks").path("none").path("NetworkID").asText()).isEqualTo("0".repeat(64));
    }

    @Test
    void eachNetworkHasItsOwnAddressAndNames() {
        ContainerView both = Views.container('a', "RUNNING", '1', "\"networks\": [{\"network\": \"front\", \"aliases\": [\"shop\"]}, {\"network\": \"back\", \"address\": \"10.2.0.5\"}]");
        assertThat(network(both, 47, "front").path("IPAddress").asText()).isEqualTo("10.3.0.5");
        assertThat(network(both, 47, "front").path("Aliases")).hasToString("[\"shop\"]");
        assertThat(network(both, 47, "front").path("IPAMConfig").isNull()).isTrue();
        assertThat(network(both, 47, "back").path("Gateway").asText()).isEqualTo("10.2.0.1");
        assertThat(network(both, 47, "back").path("Aliases")).hasToString("[]");
        assertThat(network(both, 47, "back").path("IPAMConfig")).hasToString("{\"IPv4Address\":\"10.2.0.5\"}");
        assertThat(ContainerForms.inspect(both, 47).path("HostConfig").path("NetworkMode").asText()).isEqualTo("front");
        ContainerView none = Views.container('a', "RUNNING", '1', "\"network\": \"front\", \"networks\": []");
        assertThat(ContainerForms.inspect(none, 47).path("NetworkSettings").path("Networks")).isEmpty();
    }

    @Test
    void furtherHostsAndResolversAreToldAsTheyWereAsked() {
        ContainerView asked = Views.container('a', "RUNNING", '1', """
                "extraHosts": [{"name": "db", "address": "192.0.2.7"}, {"name": "node"}], "dns": {"servers": ["192.0.2.53"], "search": ["shop.example"], "options": ["ndots:2"]}""");
        JsonNode host = ContainerForms.inspect(asked, 47).path("HostConfig");
        assertThat(host.path("ExtraHosts")).hasToString("[\"db:192.0.2.7\",\"node:host-gateway\"]");
        assertThat(host.path("Dns")).hasToString("[\"192.0.2.53\"]");
        assertThat(host.path("DnsSearch")).hasToString("[\"shop.example\"]");
        assertThat(host.path("DnsOptions")).hasToString("[\"ndots:2\"]");
        JsonNode plain = ContainerForms.inspect(ON_BACK, 47).path("HostConfig");
        assertThat(plain.path("ExtraHosts").isNull()).isTrue();
        assertThat(plain.path("Dns")).hasToString("[]");
    }

    @Test
    void rangesGroupsAndAllThatIsPublishedAreToldAsTheyWereAsked() {
        ContainerView asked = Views.container('a', "RUNNING", '1', """
                "publishAll": true, "groups": ["audio"], "ports": [{"hostPort": 8000, "lastHostPort": 8010, "containerPort": 80}, {"hostPort": 0, "containerPort": 53, "protocol": "UDP"}]""");
        JsonNode host = ContainerForms.inspect(asked, 47).path("HostConfig");
        assertThat(host.path("PortBindings")).hasToString("{\"80/tcp\":[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"8000-8010\"}]}");
        assertThat(host.path("PublishAllPorts").asBoolean()).isTrue();
        assertThat(host.path("GroupAdd")).hasToString("[\"audio\"]");
        assertThat(ContainerForms.inspect(ON_BACK, 47).path("HostConfig").path("GroupAdd").isNull()).isTrue();
    }

    @Test
    void theDefaultNetworkIsToldAtTheTopToo() {
        JsonNode top = ContainerForms.inspect(ON_DEFAULT, 24).path("NetworkSettings");
        assertThat(top.path("IPAddress").asText()).isEqualTo("10.1.0.5");
        assertThat(top.path("Gateway").asText()).isEqualTo("10.1.0.1");
        assertThat(top.path("MacAddress").asText()).isEqualTo("02:42:0a:01:00:05");
        assertThat(top.properties()).extracting(Map.Entry::getKey).contains("HairpinMode", "SecondaryIPAddresses", "GlobalIPv6Address", "LinkLocalIPv6Address");
        assertThat(ContainerForms.inspect(ON_BACK, 24).path("NetworkSettings").path("IPAddress").asText("none")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'publish': ['80']} | true", "{'publish': ['80/tcp']} | true", "{'publish': ['80/udp']} | false", "{'publish': ['70-90']} | true", "{'publish': ['8080']} | false",
        "{'expose': ['80']} | true", "{'expose': ['53/udp']} | false", "{'is-task': ['false']} | true", "{'is-task': ['true']} | false", "{'isolation': ['default']} | true",
        "{'network': ['back']} | true", "{'network': ['front']} | false", "{'network': ['bbbb']} | true", "{'network': ['bridge']} | false",
        "{'status': ['running', 'exited']} | true", "{'status': ['dead']} | false", "{'health': ['none']} | true", "{'exited': ['0']} | false"
    })
    void filtersChooseByPortsNetworkAndKind(String filters, boolean chosen) {
        ContainerView web = Views.container('a', "RUNNING", '1', "\"network\": \"back\", \"ports\": [{\"hostPort\": 8080, \"containerPort\": 80, \"protocol\": \"TCP\"}]");
        assertThat(ListFilters.parse(filters.replace('\'', '"')).among(List.of(web)).test(web)).isEqualTo(chosen);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[] | invalid filter: it is an object", "{'label': 'a'} | invalid filter 'label': it is a list", "{'name': ['(']} | invalid filter 'name=(': Unclosed group", "{'publish': ['http']} | invalid filter 'publish=http'",
        "{'status': ['runing']} | invalid filter 'status=runing': must be one of created, running, paused, restarting, removing, exited, dead",
        "{'health': ['ill']} | invalid filter 'health=ill': must be one of none, starting, healthy, unhealthy", "{'exited': ['one']} | invalid filter 'exited=one': it is a number",
        "{'is-task': ['maybe']} | invalid filter 'is-task=maybe'", "{'colour': [], 'status': []} | invalid filter 'colour'"
    })
    void aFilterOfAnotherFormIsRefused(String filters, String message) {
        assertThatThrownBy(() -> ListFilters.parse(filters.replace('\'', '"')).among(List.of(ON_BACK)).test(ON_BACK)).isInstanceOf(DockerRefusal.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | true", "{'label': ['tier=front']} | true", "{'label': ['tier=back']} | false", "{'label!': ['tier']} | false", "{'label!': ['none']} | true",
        "{'until': ['24h']} | true", "{'until': ['2026-01-01T00:00:00Z']} | false"
    })
    void aPruneTakesWhatItsFiltersLeave(String filters, boolean taken) {
        ContainerView ended = Views.container('a', "EXITED", '1', "\"labels\": {\"tier\": \"front\"}");
        assertThat(PruneFilters.parse(filters.replace('\'', '"'), NOW).wants(ended.spec().labels(), ended.createdAt())).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"RUNNING, false", "PAUSED, false", "STOPPING, false", "EXITED, true", "FAILED, true", "CREATED, true", "LOST, true", "REMOVING, false", "REMOVED, false"})
    void aPruneLeavesWhatRuns(String state, boolean taken) {
        assertThat(DockerStates.prunable(Views.container('a', state, '1', ""))).isEqualTo(taken);
    }

    private static JsonNode network(ContainerView container, int minor, String name) {
        return ContainerForms.inspect(container, minor).path("NetworkSettings").path("Networks").path(name);
    }
}

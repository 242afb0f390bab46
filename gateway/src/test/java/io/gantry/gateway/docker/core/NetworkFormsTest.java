package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.NetworkView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkFormsTest {
    private static final NetworkView BACK = Json.read("""
            {"id": "%s", "name": "shop_back", "project": "default", "subnet": "10.9.0.0/24", "vni": 5, "used": 2, "createdAt": "2026-01-02T12:00:00Z",
             "labels": {"team": "shop", "io.gantry.docker.driver": "overlay"},
             "gateways": [{"node": "node-01980000-0000-7000-8000-000000000001", "address": "10.9.0.1"}, {"node": "node-01980000-0000-7000-8000-000000000002", "address": "10.9.0.2"}]}
            """.formatted("d".repeat(64)), NetworkView.class);
    private static final NetworkView DEFAULT =
            new NetworkView(BACK.id(), "default", "default", BACK.subnet(), 1, 1, BACK.createdAt(), null, null);

    @Test
    void readsWhatClientsAskFor() {
        assertThat(request("{'Name': 'back', 'CheckDuplicate': true, 'Driver': 'bridge', 'Attachable': true, 'Internal': false, 'EnableIPv6': false, 'Options': {},"
                        + " 'ConfigFrom': {'Network': ''}, 'Labels': {'team': 'shop'}, 'IPAM': {'Driver': 'default', 'Options': {}, 'Config': [{'Subnet': '10.9.0.0/24', 'IPRange': '', 'Gateway': ''}]}}"))
                .isEqualTo(new NetworkRequest("back", Cidr.parse("10.9.0.0/24"), Map.of("team", "shop")));
        assertThat(request("{'Name': 'back', 'FromTheFuture': 1, 'IPAM': {'Config': null}}")).isEqualTo(new NetworkRequest("back", null, Map.of()));
        assertThat(request("{'Name': 'back', 'Driver': 'overlay'}").labels()).isEqualTo(Map.of(DockerNames.DRIVER, "overlay"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'Name': ' '} | 400 | network name cannot be blank", "{'Name': 'host'} | 403 | operation is not permitted on predefined host network",
        "{'Name': 'default'} | 403 | operation is not permitted on predefined default network",
        "{'Name': 'a', 'Driver': 'macvlan'} | 501 | the network driver 'macvlan' is not supported yet: there are bridge and overlay, both of which span all nodes here",
        "{'Name': 'a', 'Internal': true} | 501 | Internal is not supported yet: containers of every network reach the outside",
        "{'Name': 'a', 'EnableIPv6': true} | 501 | EnableIPv6 is not supported yet: networks are of IPv4",
        "{'Name': 'a', 'Options': {'mtu': '9'}} | 501 | Options is not supported yet: leave it out",
        "{'Name': 'a', 'ConfigFrom': {'Network': 'b'}} | 501 | ConfigFrom.Network is not supported yet: leave it out",
        "{'Name': 'a', 'IPAM': {'Config': [{'Subnet': '10.9.0.0/24', 'Gateway': '10.9.0.1'}]}} | 501 | IPAM.Config[0].Gateway is not supported yet: each node has an address of its own on a network",
        "{'Name': 'a', 'IPAM': {'Config': [{'IPRange': '10.9.0.0/25'}]}} | 501 | IPAM.Config[0].IPRange is not supported yet: addresses are leased from the whole subnet",
        "{'Name': 'a', 'IPAM': {'Config': [{}, {}]}} | 501 | more than one subnet for a network is not supported yet: name one, of IPv4",
        "{'Name': 'a', 'IPAM': {'Config': [{'Subnet': 'fd00::/64'}]}} | 501 | the subnet fd00::/64 is not supported yet: networks are of IPv4",
        "{'Name': 'a', 'IPAM': {'Config': [{'Subnet': '10.9.0.7/24'}]}} | 400 | invalid subnet 10.9.0.7/24: 10.9.0.7/24 has host bits set; write 10.9.0.0/24"
    })
    void refusesTheRest(String body, int status, String message) {
        assertThatThrownBy(() -> request(body))
                .isInstanceOfSatisfying(DockerRefusal.class, no -> assertThat(no.status()).isEqualTo(status))
                .hasMessage(message);
    }

    @Test
    void showsWhoRunsOnItAndWhereItLeadsOut() {
        var runs = Views.container('a', "RUNNING", '1', "");
        var ended = Views.container('b', "EXITED", '1', "");
        JsonNode shown = NetworkForms.inspect(BACK, List.of(endpoint('a', "10.9.0.5"), endpoint('b', "10.9.0.6")), List.of(runs, ended));
        assertThat(shown.path("Driver").asText()).isEqualTo("overlay");
        assertThat(shown.path("Labels")).hasToString("{\"team\":\"shop\"}");
        assertThat(shown.path("IPAM").path("Config")).hasToString("[{\"Subnet\":\"10.9.0.0/24\",\"Gateway\":\"10.9.0.1\"}]");
        assertThat(shown.path("Containers").toString().replace('"', '\'')).isEqualTo(
                "{'%s':{'Name':'ca','EndpointID':'%1$s','MacAddress':'02:42:0a:09:00:05','IPv4Address':'10.9.0.5/24','IPv6Address':''}}".formatted("a".repeat(64)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | bridge shop_back host none", "{'name': ['back']} | shop_back", "{'name': ['^shop$']} | ``", "{'name': ['^shop_back$']} | shop_back", "{'id': ['dddd']} | bridge shop_back",
        "{'driver': ['overlay', 'null']} | shop_back none", "{'driver': ['bridge']} | bridge", "{'scope': ['local']} | bridge host none", "{'scope': ['swarm']} | shop_back",
        "{'type': ['custom']} | shop_back", "{'type': ['builtin']} | bridge host none", "{'label': ['team=shop']} | shop_back", "{'label': {'team=blue': true}} | ``",
        "{'dangling': ['true']} | shop_back", "{'dangling': ['false']} | bridge host none", "{'name': ['back'], 'driver': ['bridge']} | ``"
    })
    void filtersChooseAsDockersDo(String filters, String names) {
        NetworkFilters chosen = NetworkFilters.parse(filters.replace('\'', '"'));
        List<JsonNode> all = new java.util.ArrayList<>(List.of(NetworkForms.form(DEFAULT), NetworkForms.form(BACK)));
        all.addAll(NetworkForms.ownKinds());
        assertThat(all.stream().filter(network -> chosen.wants(network, false)).map(network -> network.path("Name").asText()))
                .containsExactlyInAnyOrderElementsOf(List.of(names.isEmpty() ? new String[0] : names.split(" ")));
    }

    @Test
    void aFilterThatIsNotKnownIsRefusedByName() {
        assertThatThrownBy(() -> NetworkFilters.parse("{\"colour\": [\"red\"]}")).hasMessage("invalid filter 'colour'");
        assertThatThrownBy(() -> NetworkFilters.parse("{\"type\": [\"odd\"]}")).hasMessage("invalid filter: 'type'='odd'");
        assertThatThrownBy(() -> NetworkFilters.parse("{\"dangling\": [\"maybe\"]}")).hasMessage("invalid filter 'dangling=maybe'");
    }

    private static EndpointView endpoint(char digit, String address) {
        return Json.read("""
                {"id": "%1$s", "container": "%1$s", "network": "shop_back", "node": "node-01980000-0000-7000-8000-000000000001", "address": "%2$s",
                 "mac": "02:42:0a:09:00:0%3$s", "names": [], "ready": true, "retiring": false, "ports": []}
                """.formatted(String.valueOf(digit).repeat(64), address, address.substring(address.length() - 1)), EndpointView.class);
    }

    private static NetworkRequest request(String body) {
        return NetworkForms.request(Json.read(body.replace('\'', '"'), JsonNode.class));
    }
}

package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkUseTest {
    private static final ImageRef IMAGE = ImageRef.parse("shop/web:1.2");
    private static final NetworkUse BACKEND = new NetworkUse("backend", List.of("db"), Ipv4.parse("10.1.0.9"), null);
    private static final NetworkUse FRONTEND = NetworkUse.of("frontend");

    private static ContainerSpec read(String fields) {
        return Json.read("{\"image\": \"shop/web:1.2\"" + (fields.isEmpty() ? "" : ", " + fields) + "}", ContainerSpec.class);
    }

    @Test
    void whoSaysOneNetworkAsBeforeIsOnThatOne() {
        ContainerSpec spec = read("\"network\": \"backend\", \"aliases\": [\"db\"]");
        assertThat(spec.networks()).containsExactly(new NetworkUse("backend", List.of("db"), null, null));
        assertThat(read("").networks()).containsExactly(NetworkUse.of("default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "host", "container:web"})
    void whatIsNoNetworkIsNoneOfThem(String mode) {
        ContainerSpec spec = read("\"network\": \"" + mode + "\"");
        assertThat(spec.networks()).isEmpty();
        assertThat(spec.addressed()).isFalse();
        assertThat(spec.connectable()).isFalse();
        assertThatThrownBy(() -> NetworkUse.of(mode)).isInstanceOf(BadField.class).hasMessage("'%s' is no network that a container is on beside others", mode);
    }

    @Test
    void theFirstOfSeveralIsSaidAsBeforeToo() {
        ContainerSpec spec = ContainerSpec.from(IMAGE).networks(List.of(BACKEND, FRONTEND)).build();
        assertThat(spec.network()).isEqualTo("backend");
        assertThat(spec.aliases()).containsExactly("db");
        assertThat(Json.read(Json.write(spec), ContainerSpec.class)).isEqualTo(spec);
    }

    @Test
    void whoContradictsTheFirstIsRefused() {
        assertThatThrownBy(() -> read("\"network\": \"frontend\", \"networks\": [{\"network\": \"backend\"}]"))
                .hasStackTraceContaining("network is 'frontend', but the first of networks is 'backend'");
        assertThatThrownBy(() -> read("\"aliases\": [\"x\"], \"networks\": [{\"network\": \"backend\"}]"))
                .hasStackTraceContaining("aliases are others than those of the first of networks");
    }

    @Test
    void aNetworkIsSaidOnce() {
        assertThatThrownBy(() -> ContainerSpec.from(IMAGE).networks(List.of(BACKEND, NetworkUse.of("backend"))).build())
                .isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("networks[1].network"))
                .hasMessage("networks has the network 'backend' twice");
        List<NetworkUse> many = Collections.nCopies(NetworkUse.MOST + 1, FRONTEND);
        assertThatThrownBy(() -> ContainerSpec.from(IMAGE).networks(many).build()).hasMessage("networks has 17 entries, 16 at most");
    }

    @Test
    void anEthernetAddressIsOfOneHostAndNoneThatFollowsFromAnother() {
        assertThat(NetworkUse.of("backend").mac()).isNull();
        assertThat(read("\"networks\": [{\"network\": \"backend\", \"mac\": \"02:00:00:00:00:0a\"}]").networks().getFirst().mac()).isEqualTo(new MacAddress("02:00:00:00:00:0a"));
        for (String mac : List.of("01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00")) {
            assertThatThrownBy(() -> new NetworkUse("backend", List.of(), null, new MacAddress(mac)))
                    .isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("mac"))
                    .hasMessage("the Ethernet address " + mac + " is no single host's");
        }
        MacAddress others = MacAddress.of(Ipv4.parse("10.1.0.9"));
        assertThatThrownBy(() -> new NetworkUse("backend", List.of(), null, others))
                .isInstanceOf(BadField.class).hasMessage("the Ethernet address " + others + " is one of those that follow from an IPv4 address on the network");
    }

    @Test
    void whoIsTakenOffTheLastKeepsItsNameAndNoAddress() {
        ContainerSpec spec = ContainerSpec.from(IMAGE).networks(List.of(BACKEND)).build().but().networks(List.of()).build();
        assertThat(spec.network()).isEqualTo("backend");
        assertThat(spec.addressed()).isFalse();
        assertThat(spec.connectable()).isTrue();
        assertThat(Json.read(Json.write(spec), ContainerSpec.class)).isEqualTo(spec);
    }

    @Test
    void aChangeOfTheFirstLeavesTheOthersAndAnotherNetworkTakesTheirPlace() {
        ContainerSpec spec = ContainerSpec.from(IMAGE).networks(List.of(BACKEND, FRONTEND)).build();
        assertThat(spec.but().aliases(List.of("data")).build().networks()).containsExactly(new NetworkUse("backend", List.of("data"), BACKEND.address(), null), FRONTEND);
        assertThat(spec.but().network("backend").build()).isEqualTo(spec);
        assertThat(spec.but().network("third").build().networks()).containsExactly(new NetworkUse("third", List.of("db"), null, null));
    }

    @Test
    void replicasHaveNoAddressOfTheirOwnChoice() {
        ContainerSpec template = ContainerSpec.from(IMAGE).networks(List.of(FRONTEND, BACKEND)).build();
        assertThatThrownBy(() -> new DeploymentSpec(1, template, null))
                .isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("template.networks[1].address"));
        ContainerSpec one = ContainerSpec.from(IMAGE).networks(List.of(new NetworkUse("backend", List.of(), null, new MacAddress("02:00:00:00:00:0a")))).build();
        assertThatThrownBy(() -> new DeploymentSpec(1, one, null)).isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("template.networks[0].mac"));
    }
}

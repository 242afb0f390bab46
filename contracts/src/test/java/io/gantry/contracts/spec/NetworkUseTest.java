package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkUseTest {
    private static final ImageRef IMAGE = ImageRef.parse("shop/web:1.2");
    private static final NetworkUse BACKEND = new NetworkUse("backend", List.of("db"), Ipv4.parse("10.1.0.9"));
    private static final NetworkUse FRONTEND = NetworkUse.of("frontend");

    private static ContainerSpec read(String fields) {
        return Json.read("{\"image\": \"shop/web:1.2\"" + (fields.isEmpty() ? "" : ", " + fields) + "}", ContainerSpec.class);
    }

    @Test
    void whoSaysOneNetworkAsBeforeIsOnThatOne() {
        ContainerSpec spec = read("\"network\": \"backend\", \"aliases\": [\"db\"]");
        assertThat(spec.networks()).containsExactly(new NetworkUse("backend", List.of("db"), null));
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
        assertThat(spec.but().aliases(List.of("data")).build().networks()).containsExactly(new NetworkUse("backend", List.of("data"), BACKEND.address()), FRONTEND);
        assertThat(spec.but().network("backend").build()).isEqualTo(spec);
        assertThat(spec.but().network("third").build().networks()).containsExactly(new NetworkUse("third", List.of("db"), null));
    }

    @Test
    void replicasHaveNoAddressOfTheirOwnChoice() {
        ContainerSpec template = ContainerSpec.from(IMAGE).networks(List.of(FRONTEND, BACKEND)).build();
        assertThatThrownBy(() -> new DeploymentSpec(1, template, null))
                .isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("template.networks[1].address"));
    }
}

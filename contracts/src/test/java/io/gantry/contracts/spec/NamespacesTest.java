package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.BadField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesTest {
    private static ContainerSpec spec(String more) {
        return Json.read("{'image': 'web', 'network': 'container:db', ".replace('\'', '"') + more.replace('\'', '"') + "}", ContainerSpec.class);
    }

    @Test
    void allThatIsSharedIsOneContainers() {
        ContainerSpec spec = spec("'namespaces': {'pid': 'container:db'}");
        assertThat(spec.lender()).contains("db");
        assertThat(spec.sharesNetwork()).isTrue();
        assertThat(spec.addressed()).isFalse();
        assertThat(spec.namespaces().sharesPid()).isTrue();
        assertThat(spec.namespaces().sharesIpc()).isFalse();
    }

    @Test
    void isKnownByIdOnceItIsFound() {
        ContainerId id = new ContainerId("ab".repeat(32));
        ContainerSpec settled = spec("'namespaces': {'ipc': 'container:db'}").sharingWith(id);
        assertThat(settled.network()).isEqualTo("container:" + id);
        assertThat(settled.namespaces()).isEqualTo(new Namespaces("container:" + id, null));
        assertThat(Json.read(Json.write(settled), ContainerSpec.class)).isEqualTo(settled);
    }

    @Test
    void nothingIsSharedUnlessItIsAskedFor() {
        ContainerSpec usual = Json.read("{\"image\": \"web\"}", ContainerSpec.class);
        assertThat(usual.lender()).isEmpty();
        assertThat(usual.addressed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'namespaces': {'pid': 'container:web'} | namespaces | namespaces of db and web can't be had together: all that is shared belongs to one user namespace",
        "'namespaces': {'pid': 'guest'} | pid | pid is the container's own, another container's or the host's, got 'guest'",
        "'namespaces': {'uts': 'container:db'} | uts | uts is the container's own or the host's, got 'container:db'",
        "'namespaces': {'ipc': 'host'}, 'resources': {'shm': 8192} | resources.shm | resources.shm is set, but the size of /dev/shm is the matter of the host whose namespace it shares",
        "'namespaces': {'ipc': 'container:'} | ipc | ipc is the container's own, another container's or the host's, got 'container:'",
        "'hostname': 'x' | hostname | hostname is set, but the name that goes with the address is the matter of the container whose namespace it shares",
        "'domainname': 'x' | domainname | domainname is set, but the name that goes with the address is the matter of the container whose namespace it shares",
        "'ports': [{'containerPort': 80}] | ports | ports is set, but publishing ports is the matter of the container whose namespace it shares",
        "'aliases': ['x'] | aliases | aliases is set, but names on the network is the matter of the container whose namespace it shares",
        "'resources': {'networkIn': 4096} | resources.networkIn | resources.networkIn is set, but the rate of the network is the matter of the container whose namespace it shares",
        "'security': {'sysctls': {'net.core.somaxconn': '1'}} | security.sysctls.net.core.somaxconn | net.core.somaxconn is a setting of the network of the container whose namespace it shares",
        "'namespaces': {'ipc': 'container:db'}, 'resources': {'shm': 8192} | resources.shm | resources.shm is set, but the size of /dev/shm is the matter of the container whose namespace it shares",
        "'namespaces': {'ipc': 'container:db'}, 'security': {'sysctls': {'kernel.shmmax': '1'}} | security.sysctls.kernel.shmmax | kernel.shmmax is a setting of the ipc namespace of the container whose namespace it shares"
    })
    void whatTheOtherSetsIsNotSetHere(String more, String field, String detail) {
        assertThatThrownBy(() -> spec(more))
                .rootCause()
                .isInstanceOfSatisfying(BadField.class, bad -> {
                    assertThat(bad.field()).isEqualTo(field);
                    assertThat(bad).hasMessage(detail);
                });
    }
}

package io.gantry.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeClassesTest {
    private static final OciRuntime CRUN = new OciRuntime("crun", "/usr/bin/crun", "1.8.1");
    private static final RuntimeClasses BOTH = new RuntimeClasses(List.of(CRUN));
    private static final ContainerSpec PLAIN = ContainerSpec.of(ImageRef.parse("shop/web:1"));

    private static String refusal(ContainerSpec spec) {
        return BOTH.refusal(spec).map(Observed.Failure::detail).orElse("");
    }

    @Test
    void theAgentsOwnIsAlwaysOffered() {
        assertThat(RuntimeClasses.OWN.names()).containsExactly("namespaces");
        assertThat(BOTH.names()).containsExactly("namespaces", "crun");
        assertThat(BOTH.other("namespaces")).isEmpty();
        assertThat(BOTH.other("crun")).contains(CRUN);
    }

    @Test
    void oneThatIsNotOfferedIsRefusedWithThoseThatAre() {
        assertThat(refusal(PLAIN.but().runtime("machines").build())).isEqualTo("this node doesn't offer the runtime class 'machines', but namespaces, crun");
        assertThat(refusal(PLAIN.but().runtime("crun").build())).isEmpty();
    }

    @Test
    void whatAClassDoesNotGiveIsNamedAndOursHasIt() {
        ContainerSpec much = PLAIN.but().network("host").namespaces(new Namespaces("container:other", null)).security(new Security(null, null, null, null, false, null, null, null, null, true)).build();
        assertThat(refusal(much.but().runtime("crun").build()))
                .isEqualTo("the runtime class 'crun' doesn't give containers namespaces of another container, namespaces of the host, security.privileged");
        assertThat(refusal(much)).isEmpty();
    }
}

package io.gantry.network.endpoint.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.ImageRef;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WishTest {
    private static final Random RANDOM = new Random(1);
    private static final NetworkUse FRONT = new NetworkUse("front", List.of("shop"), null, null);
    private static final NetworkUse BACK = new NetworkUse("back", List.of("rows"), null, null);
    private static final PortPublish PORT = new PortPublish(null, 8080, 80, PortPublish.Protocol.TCP);

    private static Wish wish(Owner owner) {
        ContainerSpec spec = ContainerSpec.from(ImageRef.parse("web:1")).networks(List.of(FRONT, BACK)).ports(List.of(PORT)).build();
        return new Wish(
                new ContainerId(Ids.hex64(RANDOM)), new NodeId(Ids.of("node", Instant.EPOCH, RANDOM)), "n1", spec, "shop-1", owner, false);
    }

    private static Owner replica() {
        return new Owner.Replica(new DeploymentId(Ids.of("deployment", Instant.EPOCH, RANDOM)), "shop", 1, 0);
    }

    @Test
    void theWayOutIsByTheFirstByName() {
        assertThat(Wish.wayOut(Set.of("front", "back", "middle"))).contains("back");
        assertThat(Wish.wayOut(Set.of())).isEmpty();
    }

    @Test
    void aReplicaAnswersToItsDeploymentsNameWhereThatHasNoVirtualIp() {
        assertThat(wish(replica()).aliases(FRONT)).containsExactly("shop");
        assertThat(wish(replica()).aliases(BACK)).containsExactly("rows", "shop");
        assertThat(wish(new Owner.Person()).aliases(BACK)).containsExactly("rows");
    }

    @Test
    void theDeploymentPublishesForItsReplicas() {
        assertThat(wish(replica()).ports()).isEmpty();
        assertThat(wish(new Owner.Person()).ports()).containsExactly(PORT);
    }
}

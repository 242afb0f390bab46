package io.gantry.scheduler.rollout.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.DeploymentView.Status;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.Replica.Phase;
import io.gantry.scheduler.node.core.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Jobs whose containers fail, whose nodes come and go and that are changed as they run, by chance from a seed: {@code -Dseed=n} runs that seed alone. */
class JobSimulation {
    private static final int SEEDS = 300;
    private static final int STEPS = 150;

    @Test
    void noSlotRunsTwiceOrAgainOnceItIsDoneAndAllComeToAnEnd() {
        each(false);
    }

    @Test
    void onEachNodeItIsTheSame() {
        each(true);
    }

    private static void each(boolean onEachNode) {
        String only = System.getProperty("seed");
        long first = only == null ? 0 : Long.parseLong(only);
        long last = only == null ? SEEDS - 1 : first;
        for (long seed = first; seed <= last; seed++) {
            Run run = new Run(seed, onEachNode);
            try {
                run.trouble();
                run.peace();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + run.scene.story(), e);
            }
        }
    }

    private static final class Run {
        private final Random random;
        private final boolean onEachNode;
        private final Scene scene;
        private final List<NodeId> nodes = new ArrayList<>();
        private int version = 1;
        private Set<Integer> done = Set.of();
        private int revision = 1;
        /** More than may run may still do so when less may than before. */
        private int activeBefore;

        Run(long seed, boolean onEachNode) {
            random = new Random(seed);
            this.onEachNode = onEachNode;
            scene = new Scene((int) seed, DeploymentSpec.job(ContainerSpec.of(ImageRef.parse("shop/web:1")), job(), null));
            for (int i = 0; i <= random.nextInt(3); i++) {
                nodes.add(scene.node("n" + i));
            }
            scene.reconcile();
            activeBefore = scene.starting().size();
        }

        private Job job() {
            return new Job(onEachNode ? null : 1 + random.nextInt(5), random.nextBoolean() ? null : 1 + random.nextInt(3), random.nextInt(4));
        }

        void trouble() {
            for (int i = 0; i < STEPS; i++) {
                step();
                check();
            }
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> begin();
                case 3, 4 -> end(random.nextInt(3) == 0 ? 1 : 0);
                case 5 -> clear();
                case 6 -> scene.set(any(nodes), random.nextBoolean() ? Health.READY : Health.LOST, random.nextInt(4) == 0);
                case 7 -> scene.after(Duration.ofSeconds(random.nextInt(20)));
                case 8 -> {
                    if (random.nextInt(6) == 0) {
                        scene.become(++version);
                    }
                }
                default -> {
                    if (random.nextInt(6) == 0) {
                        DeploymentSpec now = scene.deployment().spec();
                        scene.wish(new DeploymentWish.Become(DeploymentSpec.job(now.template(), job(), null), Scene.image(version), "test"));
                    }
                }
            }
        }

        private void begin() {
            scene.starting().stream().filter(replica -> replica.node() == null).findFirst().ifPresent(replica -> {
                NodeId node = onEachNode ? scene.deployment().places().get(replica.slot()) : any(nodes);
                if (scene.nodes().get(node).health() == Health.READY) {
                    scene.run(replica, node);
                }
            });
        }

        private void end(int code) {
            List<Replica> running = scene.matching(Replica::ready);
            if (!running.isEmpty()) {
                scene.exit(any(running), code);
            }
        }

        /** What shall go is gone, and told twice. */
        private void clear() {
            for (Replica replica : scene.matching(each -> each.phase() == Phase.LEAVING)) {
                scene.tell(new ContainerEvent.Removed(replica.container(), replica.node(), null));
                scene.tell(new ContainerEvent.Removed(replica.container(), replica.node(), null));
            }
        }

        private void check() {
            Deployment now = scene.deployment();
            List<Replica> active = scene.matching(Replica::active);
            Set<Integer> slots = new HashSet<>();
            assertThat(active).allMatch(replica -> slots.add(replica.slot()), "the only one of its slot");
            assertThat(active).noneMatch(replica -> now.run().done().contains(replica.slot()));
            Integer most = now.spec().job().maxConcurrent();
            assertThat(active.size()).as("at a time").isLessThanOrEqualTo(most == null ? Integer.MAX_VALUE : Math.max(most, activeBefore));
            activeBefore = active.size();
            if (now.revision() == revision && !onEachNode) {
                assertThat(now.run().done()).as("what is done stays so").containsAll(done);
            }
            done = now.run().done();
            revision = now.revision();
            assertThat(scene.matching(replica -> replica.phase() == Phase.ENDED).size()).isLessThanOrEqualTo(JobDecider.KEPT);
        }

        void peace() {
            nodes.forEach(node -> scene.set(node, Health.READY, false));
            for (int i = 0; i < 60 && scene.deployment().status() == Status.RUNNING; i++) {
                List<Replica> waiting = scene.starting().stream().filter(replica -> replica.node() == null).toList();
                waiting.forEach(_ -> begin());
                scene.matching(Replica::ready).forEach(replica -> scene.exit(replica, 0));
                clear();
                scene.after(Duration.ofSeconds(61));
                check();
            }
            Deployment end = scene.deployment();
            assertThat(end.status()).isIn(Status.COMPLETE, Status.FAILED);
            if (end.status() == Status.FAILED) {
                assertThat(end.slots()).as("those that were given up").anyMatch(slot -> end.run().hasGivenUp(slot, end.spec().job()));
            } else {
                assertThat(end.run().done()).containsAll(end.slots());
                assertThat(scene.matching(Replica::active)).isEmpty();
            }
        }

        private <T> T any(List<T> some) {
            return some.get(random.nextInt(some.size()));
        }
    }
}

package io.gantry.image.build.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order steps go. */
class ScheduleTest {
    private static final int GRAPHS = 400;

    /** Stages as they were drawn: what each goes on or takes files from, by numbers. */
    private record Drawn(String dockerfile, List<Set<Integer>> uses, int target) {
        Set<Integer> needed() {
            Set<Integer> needed = new TreeSet<>();
            List<Integer> open = new ArrayList<>(List.of(target));
            while (!open.isEmpty()) {
                int stage = open.removeLast();
                if (needed.add(stage)) {
                    open.addAll(uses.get(stage));
                }
            }
            return needed;
        }
    }

    private static Drawn draw(Random random) {
        StringBuilder text = new StringBuilder();
        List<Set<Integer>> uses = new ArrayList<>();
        int stages = 1 + random.nextInt(7);
        for (int i = 0; i < stages; i++) {
            Set<Integer> used = new HashSet<>();
            boolean further = i > 0 && random.nextInt(3) == 0;
            int base = further ? random.nextInt(i) : -1;
            if (further) {
                used.add(base);
            }
            text.append("FROM ").append(further ? "s" + base : "scratch").append(" AS s").append(i).append('\n');
            for (int n = random.nextInt(4); n > 0; n--) {
                int from = i == 0 ? -1 : random.nextInt(2 * i) - i;
                if (from < 0) {
                    text.append("ENV A=").append(n).append('\n');
                } else {
                    used.add(from);
                    text.append(random.nextBoolean() ? "COPY --from=s" + from + " /a /b\n" : "RUN --mount=from=" + from + ",target=/m true\n");
                }
            }
            uses.add(used);
        }
        return new Drawn(text.toString(), uses, random.nextInt(stages));
    }

    private static StepGraph graph(Drawn drawn) {
        return StepGraph.of(StageGraph.of(Dockerfile.parse(drawn.dockerfile()), Optional.of("s" + drawn.target()), Map.of(), Platform.OURS));
    }

    @Test
    void whateverTheStagesEachStepGoesOnceAfterAllThatItNeedsAndNothingElseGoes() {
        for (int seed = 0; seed < GRAPHS; seed++) {
            Random random = new Random(seed);
            Drawn drawn = draw(random);
            StepGraph graph = graph(drawn);
            int limit = 1 + random.nextInt(4);
            Schedule schedule = new Schedule(graph.order(), limit);
            List<Integer> going = new ArrayList<>();
            Set<Integer> over = new LinkedHashSet<>();
            Set<Integer> begun = new HashSet<>();
            while (!schedule.isOver()) {
                for (int number : schedule.begin()) {
                    assertThat(begun.add(number)).as("seed %d: step %d begins once", seed, number).isTrue();
                    assertThat(over).as("seed %d: before step %d\n%s", seed, number, drawn.dockerfile()).containsAll(needs(drawn, graph, number));
                    going.add(number);
                }
                assertThat(going).as("seed %d: something goes, and not too much", seed).isNotEmpty().hasSizeLessThanOrEqualTo(limit);
                if (going.size() < limit) {
                    assertThat(IntStream.rangeClosed(1, graph.nodes().size()).filter(n -> !begun.contains(n) && over.containsAll(needs(drawn, graph, n))))
                            .as("seed %d: nothing waits that could go", seed).isEmpty();
                }
                int lowest = IntStream.rangeClosed(1, graph.nodes().size()).filter(n -> !over.contains(n)).findFirst().orElseThrow();
                assertThat(going).as("seed %d: the lowest one that isn't over goes", seed).contains(lowest);
                Integer ended = going.remove(random.nextInt(going.size()));
                over.add(ended);
                schedule.ended(ended);
            }
            Set<Integer> stages = new TreeSet<>();
            graph.nodes().forEach(node -> stages.add(node.stage().number()));
            assertThat(stages).as("seed %d", seed).isEqualTo(drawn.needed());
        }
    }

    /** By the drawing: the step before, and the last ones of the stages that this very instruction uses. */
    private static Set<Integer> needs(Drawn drawn, StepGraph graph, int number) {
        StepGraph.Node node = graph.nodes().get(number - 1);
        String line = drawn.dockerfile().split("\n")[node.instruction().source().at().line() - 1];
        Set<Integer> needs = new HashSet<>();
        if (node.index() >= 0) {
            needs.add(number - 1);
        }
        for (int stage = 0; stage < node.stage().number(); stage++) {
            if (line.matches("(FROM |COPY --from=)s" + stage + " .*|RUN --mount=from=" + stage + ",.*")) {
                int used = stage;
                needs.add(graph.nodes().stream().filter(each -> each.stage().number() == used).mapToInt(StepGraph.Node::number).max().orElseThrow());
            }
        }
        return needs;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void oneAtATimeGoesInTheOrderOfTheFile(long seed) {
        StepGraph graph = graph(draw(new Random(seed)));
        Schedule schedule = new Schedule(graph.order(), 1);
        List<Integer> order = new ArrayList<>();
        while (!schedule.isOver()) {
            schedule.begin().forEach(order::add);
            schedule.ended(order.getLast());
        }
        assertThat(order).isEqualTo(IntStream.rangeClosed(1, graph.nodes().size()).boxed().toList());
    }

    @Test
    void aStageWaitsForAnotherOnlyWhereItNeedsIt() {
        StepGraph graph = StepGraph.of(StageGraph.of(Dockerfile.parse("""
                FROM scratch AS tools
                RUN one
                FROM scratch
                RUN two
                COPY --from=tools /a /b
                """), Optional.empty(), Map.of(), Platform.OURS));
        assertThat(graph.order()).containsExactly(Set.of(), Set.of(1), Set.of(), Set.of(3), Set.of(2, 4));
        Schedule schedule = new Schedule(graph.order(), 4);
        assertThat(schedule.begin()).containsExactly(1, 3);
        schedule.ended(3);
        assertThat(schedule.begin()).containsExactly(4);
        schedule.ended(4);
        assertThat(schedule.begin()).isEmpty();
        schedule.ended(1);
        assertThat(schedule.begin()).containsExactly(2);
    }
}

package io.gantry.image.build.core;

import io.gantry.image.build.core.Stage.Base;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a target needs, instruction by instruction, and what has to be over before each begins: the instruction before it, and the last one of each stage that it
 * goes on or takes files from.
 *
 * @param nodes by their numbers, from 1; those of a stage follow each other, and none needs one with a higher number
 */
public record StepGraph(List<Node> nodes) {
    /**
     * @param index in the stage's instructions; -1 for its FROM
     * @param after numbers of what has to be over
     */
    public record Node(int number, Stage stage, int index, Set<Integer> after) {
        public Node {
            after = Set.copyOf(after);
        }

        public Instruction instruction() {
            return index < 0 ? stage.from() : stage.instructions().get(index);
        }

        public boolean isLastOfItsStage() {
            return index == stage.instructions().size() - 1;
        }
    }

    public StepGraph {
        nodes = List.copyOf(nodes);
    }

    public static StepGraph of(StageGraph graph) {
        List<Node> nodes = new ArrayList<>();
        Map<Integer, Integer> ends = new HashMap<>();
        for (Stage stage : graph.needed()) {
            nodes.add(new Node(nodes.size() + 1, stage, -1, stage.base() instanceof Base.Earlier(var number) ? Set.of(ends.get(number)) : Set.of()));
            for (int i = 0; i < stage.instructions().size(); i++) {
                Set<Integer> after = new TreeSet<>(Set.of(nodes.size()));
                for (String from : Sources.of(stage.instructions().get(i))) {
                    if (graph.from(stage, from) instanceof Base.Earlier(var number)) {
                        after.add(ends.get(number));
                    }
                }
                nodes.add(new Node(nodes.size() + 1, stage, i, after));
            }
            ends.put(stage.number(), nodes.size());
        }
        return new StepGraph(nodes);
    }

    /** What each needs, the first one's first. */
    public List<Set<Integer>> order() {
        return nodes.stream().map(Node::after).toList();
    }
}

package io.gantry.image.build.core;

/**
 * A step before it begins.
 *
 * @param stage its name, or its number if it has none
 * @param line of the Dockerfile
 * @param instruction as it is written
 */
public record PlannedStep(StepId id, String stage, int line, String instruction) {
    public static PlannedStep of(StepGraph.Node node) {
        Instruction.Source source = node.instruction().source();
        return new PlannedStep(StepId.of(node.number()), node.stage().label(), source.at().line(), source.text());
    }

    /** One that the base image had. */
    public PlannedStep trigger(int number, Instruction trigger) {
        return new PlannedStep(new StepId(id.number(), number), stage, line, trigger.source().text());
    }
}

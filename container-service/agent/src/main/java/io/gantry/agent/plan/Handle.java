package io.gantry.agent.plan;

/** A descriptor that one step opens and later ones use. Its name is what {@code explain} shows. */
public record Handle(String name) {
    @Override
    public String toString() {
        return "<" + name + ">";
    }
}

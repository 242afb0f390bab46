package io.gantry.contracts.spec;

/** What of an image a rule limits. */
public enum ImageBudget {
    /** Bytes of its layers as stored. */
    SIZE,
    LAYERS,
    /** How many ports it exposes. */
    PORTS,
    /** Which ports it exposes. */
    PORT_NUMBERS,
    ROOT,
    SECRETS,
    /** In which repositories it lies. */
    ORIGIN,
    PACKAGES,
    GRADE,
    WASTE,
    SIGNATURE,
    /** What must be known for the rule can't be. */
    UNREADABLE
}

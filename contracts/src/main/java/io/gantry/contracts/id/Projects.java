package io.gantry.contracts.id;

/** What keeps names apart. */
public final class Projects {
    /** Where everything is of which nobody says otherwise. */
    public static final String DEFAULT = "default";

    private Projects() {}
}

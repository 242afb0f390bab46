package io.gantry.kernel.files;

import java.io.IOException;

/** Nothing can be made at a name, whatever is there: which, and why. */
public final class BadName extends IOException {
    private static final long serialVersionUID = 1L;

    BadName(String name, String why) {
        super("'" + name + "' " + why);
    }
}

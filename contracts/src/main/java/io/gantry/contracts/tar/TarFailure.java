package io.gantry.contracts.tar;

import java.io.IOException;

/** The stream is not a tar archive that we read, or ends too early. */
public final class TarFailure extends IOException {
    private static final long serialVersionUID = 1L;

    public TarFailure(String message) {
        super(message);
    }
}

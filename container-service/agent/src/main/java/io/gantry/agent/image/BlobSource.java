package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Where blobs come from. What it delivers is not trusted: the reader checks the digest. */
@FunctionalInterface
public interface BlobSource {
    InputStream open(Digest blob) throws IOException;

    /** What {@link #open} gave last was the blob. */
    default void believe(Digest blob) {}

    /**
     * What {@link #open} gave turned out to be something else.
     *
     * @return whether the next may come from elsewhere
     */
    default boolean doubt(Digest blob) {
        return false;
    }
}

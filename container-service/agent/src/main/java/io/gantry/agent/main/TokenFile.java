package io.gantry.agent.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** A join token in a file: arguments stand in the process list, and the environment in {@code /proc/<pid>/environ} for as long as the agent runs. */
record TokenFile(Path path) {
    private static final Logger LOG = Logger.getLogger(TokenFile.class);

    /** @throws IllegalArgumentException saying what is wrong with the file */
    String read() {
        try {
            String token = Files.readString(path).strip();
            if (token.isEmpty()) {
                throw new IllegalArgumentException("--token-file " + path + " is empty; gantry node token makes a token");
            }
            return token;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--token-file " + path + " isn't there; gantry node token makes a token", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("--token-file " + path + " can't be read: " + e.getMessage(), e);
        }
    }

    /** Once it was used, it is of no use to anybody. */
    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warnf("the used join token %s stays: %s", path, e.getMessage());
        }
    }
}

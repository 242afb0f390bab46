package io.gantry.image.remote;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.DockerConfig;
import io.gantry.kit.problem.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Who the platform is at other registries when whoever asks doesn't say who they are: a {@code config.json} of Docker's, read anew each time so that it may change. */
record KnownCredentials(Optional<Path> file) {
    Credentials of(String registry) {
        if (file.isEmpty()) {
            return Credentials.NONE;
        }
        try {
            return DockerConfig.parse(Files.readString(file.get())).find(registry).map(Credentials::of).orElse(Credentials.NONE);
        } catch (IOException e) {
            throw wrong("can't be read: " + e);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private Refused wrong(String why) {
        return new Refused(ProblemType.CONFLICT, "gantry.image.registries.config, " + file.orElseThrow() + ": " + why, "mend the file, or log in yourself");
    }
}

package io.gantry.image.build.core;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * What a step's layer is made of, part by part and without what is secret, so that it can be said in which one another build differs. Values are digests, shortened:
 * they are compared and never shown.
 *
 * @param instruction as it is written
 * @param below of the layers that it goes on
 * @param settings of the image that decide how a command runs: {@code ENV PATH}, {@code WORKDIR}, {@code USER}, {@code SHELL}
 * @param arguments of the build that the step sees
 * @param mounts what is mounted, each in words; content doesn't count here
 * @param files by their places in the image
 * @param sourceDate seconds since 1970, or empty
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Ingredients(
        String instruction, String below, Map<String, String> settings, Map<String, String> arguments, List<String> mounts, Map<String, Piece> files, String sourceDate) {
    /** @param name as people know the file: its path in the context, or its place in the image if it comes from elsewhere */
    public record Piece(String name, String digest) {}

    public Ingredients {
        settings = settings == null ? Map.of() : Map.copyOf(settings);
        arguments = arguments == null ? Map.of() : Map.copyOf(arguments);
        mounts = mounts == null ? List.of() : List.copyOf(mounts);
        files = files == null ? Map.of() : Map.copyOf(files);
        sourceDate = sourceDate == null ? "" : sourceDate;
    }
}

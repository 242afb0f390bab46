package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;

/**
 * What is in an image, and how it was graded. What a secret is stands nowhere in it.
 *
 * @param reference as it was asked for
 * @param size of the layers as stored
 * @param unpacked of the files of all layers, also of those that later layers hide
 * @param user empty for root
 * @param ageDays since it was made; {@code null} where it doesn't say when
 * @param healthcheck whether it has one
 * @param points what is left of 100
 * @param reasons why the grade isn't better, the heaviest first
 */
public record ImageReportView(
        @Always String reference, @Always Digest id, @Always Digest manifest, @Always Bytes size, @Always Bytes unpacked, int files, @Always Grade grade, int points,
        @Always List<Reason> reasons, @Always List<Layer> layers, @Always Waste waste, @Always List<File> largest, @Always List<Duplicate> duplicates,
        @Always List<SoftwarePackage> packages, @Always List<NotRead> notRead, @Always List<Runtime> runtimes, @Always List<Program> programs, @Always List<String> ports,
        @Always String user, boolean healthcheck, @Always List<Secret> secrets, @Always List<String> setuid, Instant created, Long ageDays, @Always Base base, @Always Sharing sharing) {
    public ImageReportView {
        reasons = List.copyOf(reasons);
        layers = List.copyOf(layers);
        largest = List.copyOf(largest);
        duplicates = List.copyOf(duplicates);
        packages = List.copyOf(packages);
        notRead = List.copyOf(notRead);
        runtimes = List.copyOf(runtimes);
        programs = List.copyOf(programs);
        ports = List.copyOf(ports);
        secrets = List.copyOf(secrets);
        setuid = List.copyOf(setuid);
    }

    /** @param user as an image's configuration says it: a name or number, and perhaps a group */
    public static boolean isRoot(String user) {
        String name = user.split(":", 2)[0];
        return name.isEmpty() || name.equals("root") || name.matches("0+");
    }

    /** From the best to the worst. */
    public enum Grade {
        A,
        B,
        C,
        D,
        E,
        F
    }

    /** What can be wrong with an image. */
    public enum Concern {
        UNREADABLE_LAYER,
        SECRET_IN_FILES,
        SECRET_IN_ENVIRONMENT,
        SECRET_IN_HISTORY,
        MANY_PORTS,
        SERVICE_MANAGERS,
        SEVERAL_DAEMONS,
        SEVERAL_RUNTIMES,
        TOO_LARGE,
        WASTED_BYTES,
        CACHES_LEFT,
        DUPLICATE_FILES,
        RUNS_AS_ROOT,
        NO_HEALTHCHECK,
        SETUID_FILES,
        OLD,
        BASE_MOVED
    }

    /**
     * @param points that it took
     * @param what is so, with the numbers
     * @param todo how it is mended
     */
    public record Reason(@Always Concern concern, int points, @Always String what, @Always String todo) {}

    /**
     * @param number from 1, the lowest
     * @param size as stored
     * @param unpacked of its files
     * @param instruction that made it, as far as the image says; secrets in it are replaced by stars
     * @param wasted of its files, what later layers hide
     * @param sharedWith how many other images here have it
     * @param unreadable why nobody can say what is in it; {@code null} if it was read
     */
    public record Layer(
            int number, @Always Digest diffId, @Always Digest blob, @Always Bytes size, @Always Bytes unpacked, int files, @Always String instruction, @Always Bytes wasted, int sharedWith,
            String unreadable) {}

    /** @param files those with the most bytes, at most 20 */
    public record Waste(@Always Bytes bytes, int count, @Always List<HiddenFile> files) {
        public Waste {
            files = List.copyOf(files);
        }
    }

    /**
     * A file that a later layer overwrites or deletes.
     *
     * @param layer that has it
     * @param by the layer that hides it
     */
    public record HiddenFile(@Always String path, @Always Bytes size, int layer, int by, boolean deleted) {}

    public record File(@Always String path, @Always Bytes size, int layer) {}

    /**
     * Files with the same content.
     *
     * @param digest of the content
     * @param size of one of them
     * @param paths at most 5 of them
     */
    public record Duplicate(@Always Digest digest, @Always Bytes size, int count, @Always List<String> paths) {
        public Duplicate {
            paths = List.copyOf(paths);
        }
    }

    /** Who says that it is there. */
    public enum Source {
        DPKG,
        APK,
        RPM,
        JAR
    }

    /**
     * @param version empty where none is said
     * @param path of the file that says so
     */
    public record SoftwarePackage(@Always Source source, @Always String name, @Always String version, @Always String path) {}

    /** What may hold more than this report knows. */
    public record NotRead(@Always String path, @Always String why) {}

    /** @param version empty where none is said */
    public record Runtime(@Always String language, @Always String version, @Always String path) {}

    public enum Role {
        SERVICE_MANAGER,
        DAEMON
    }

    public record Program(@Always Role role, @Always String name, @Always String path) {}

    public enum Where {
        FILE,
        ENVIRONMENT,
        HISTORY
    }

    /**
     * @param place a path, the name of a variable or the number of an instruction
     * @param kind "private key", never the secret itself
     * @param layer that has the file; {@code null} for what is no file
     * @param hidden a later layer hides the file; whoever has the layer has it still
     */
    public record Secret(@Always Where where, @Always String place, @Always String kind, Integer layer, boolean hidden) {}

    public enum Drift {
        /** What it was made from is still what its name means. */
        CURRENT,
        /** The name means something else by now. */
        MOVED,
        UNKNOWN
    }

    /**
     * What the image was made from.
     *
     * @param name {@code null} where it isn't known
     * @param digest that it was made from
     * @param now what the name means now
     * @param how it is known, or why it isn't
     */
    public record Base(@Always Drift drift, String name, Digest digest, Digest now, @Always String how) {}

    /**
     * What sharing of layers saves on the registry's disk.
     *
     * @param own bytes of layers that this image alone has
     * @param shared bytes of layers that others have, too
     * @param images that are here
     * @param stored bytes of all their layers, each once: what they take
     * @param referenced bytes, if each image had layers of its own
     * @param saved the difference
     */
    public record Sharing(@Always Bytes own, @Always Bytes shared, int images, @Always Bytes stored, @Always Bytes referenced, @Always Bytes saved) {}
}

package io.gantry.contracts.view;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.RepositoryPattern;
import io.gantry.contracts.view.ImageReportView.Grade;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an image may have at most. What isn't said isn't limited.
 *
 * @param mostBytes of its layers as stored
 * @param mostLayers 0 to 10,000
 * @param mostPorts that it exposes, 0 to 65,535
 * @param onlyPorts that it may expose: {@code 8080/tcp}; an empty list for none
 * @param notRoot it must say a user that isn't root
 * @param noSecrets none may be found in files, variables and history
 * @param onlyFrom repositories it may lie in; those of a mirrored registry begin with its name
 * @param withoutPackages names, {@code log4j-core}, or with a version, {@code log4j-core@2.14.*}; a star stands for anything
 * @param worstGrade that its report may give it
 * @param mostWastedPercent bytes of files that later layers hide, of all its files, 0 to 100
 * @param signedBy public keys in PEM, one of which must have signed it: ECDSA, RSA or Ed25519
 */
public record ImageBudgets(
        Bytes mostBytes, Integer mostLayers, Integer mostPorts, List<String> onlyPorts, boolean notRoot, boolean noSecrets, List<RepositoryPattern> onlyFrom, List<String> withoutPackages,
        Grade worstGrade, Integer mostWastedPercent, List<String> signedBy) {
    public static final int MOST_KEYS = 16;
    private static final int MOST_ENTRIES = 100;
    private static final int LONGEST_KEY = 8192;
    private static final Pattern PORT = Pattern.compile("\\d{1,5}/(?:tcp|udp|sctp)");
    private static final Pattern PACKAGE = Pattern.compile("[^\\s\\p{Cntrl}]{1,255}");

    public ImageBudgets {
        within("mostLayers", mostLayers, 10_000);
        within("mostPorts", mostPorts, 65_535);
        within("mostWastedPercent", mostWastedPercent, 100);
        onlyPorts = entries("onlyPorts", onlyPorts, MOST_ENTRIES, "8080/tcp");
        onlyFrom = entries("onlyFrom", onlyFrom, MOST_ENTRIES, "shop/**");
        withoutPackages = entries("withoutPackages", withoutPackages, MOST_ENTRIES, "log4j-core@2.14.*");
        signedBy = entries("signedBy", signedBy, MOST_KEYS, "-----BEGIN PUBLIC KEY-----…");
        formed("onlyPorts", onlyPorts, PORT, "write for example 8080/tcp");
        formed("withoutPackages", withoutPackages, PACKAGE, "write for example log4j-core, or log4j-core@2.14.*");
        for (int i = 0; signedBy != null && i < signedBy.size(); i++) {
            if (signedBy.get(i).length() > LONGEST_KEY) {
                throw new BadField("signedBy[" + i + "]", "signedBy[" + i + "] has " + signedBy.get(i).length() + " characters", "a public key in PEM has at most " + LONGEST_KEY);
            }
        }
        if (onlyFrom != null && onlyFrom.isEmpty() || signedBy != null && signedBy.isEmpty()) {
            String field = onlyFrom != null && onlyFrom.isEmpty() ? "onlyFrom" : "signedBy";
            throw new BadField(field, field + " is an empty list, which no image could satisfy", "leave it out, or name what may be");
        }
    }

    /** Nothing limited. */
    public static ImageBudgets none() {
        return new ImageBudgets(null, null, null, null, false, false, null, null, null, null, null);
    }

    public boolean empty() {
        return !notRoot && !noSecrets
                && Stream.of(mostBytes, mostLayers, mostPorts, onlyPorts, onlyFrom, withoutPackages, worstGrade, mostWastedPercent, signedBy).allMatch(Objects::isNull);
    }

    /** Whether the image's layers must be read for it. */
    public boolean needReport() {
        return noSecrets || withoutPackages != null || worstGrade != null || mostWastedPercent != null;
    }

    private static void within(String field, Integer value, int most) {
        if (value != null && (value < 0 || value > most)) {
            throw new BadField(field, field + " is 0 to " + most + ", got " + value);
        }
    }

    private static <T> List<T> entries(String field, List<T> given, int most, String example) {
        if (given == null) {
            return null;
        }
        if (given.size() > most || given.stream().anyMatch(Objects::isNull)) {
            throw new BadField(field, field + " has " + given.size() + " entries, one of them perhaps null", "at most " + most + ", for example " + example);
        }
        return List.copyOf(given);
    }

    private static void formed(String field, List<String> all, Pattern form, String hint) {
        for (int i = 0; all != null && i < all.size(); i++) {
            if (!form.matcher(all.get(i)).matches()) {
                throw new BadField(field + "[" + i + "]", field + "[" + i + "] is '" + all.get(i) + "'", hint);
            }
        }
    }
}

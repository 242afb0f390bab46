package io.gantry.image.report.core;

import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageReportView.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What package managers wrote down. */
public final class PackageLists {
    private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[A-Za-z0-9._+-]*)\\.(?:jar|war|ear)");
    private static final Pattern JAVA_VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"?([^\"\\n]{1,60})\"?");
    private static final Pattern NODE_VERSION = Pattern.compile("(?m)^#define\\s+NODE_(?:MAJOR|MINOR|PATCH)_VERSION\\s+(\\d+)");
    private static final Pattern GO_VERSION = Pattern.compile("^go(\\d\\S{0,40})");

    private PackageLists() {}

    /** dpkg's status (deb822): paragraphs of fields. What is only configured, or removed, isn't there. */
    public static List<SoftwarePackage> dpkg(String text, String path) {
        List<SoftwarePackage> found = new ArrayList<>();
        for (String paragraph : text.split("\n\\s*\n")) {
            String name = null;
            String version = "";
            boolean installed = true;
            for (String line : paragraph.split("\n")) {
                if (line.startsWith("Package: ")) {
                    name = line.substring(9).strip();
                } else if (line.startsWith("Version: ")) {
                    version = line.substring(9).strip();
                } else if (line.startsWith("Status: ")) {
                    installed = line.endsWith(" installed");
                }
            }
            if (name != null && installed) {
                found.add(new SoftwarePackage(Source.DPKG, name, version, path));
            }
        }
        return found;
    }

    /** apk's list: lines that begin with a letter and a colon, an empty line behind each package. */
    public static List<SoftwarePackage> apk(String text, String path) {
        List<SoftwarePackage> found = new ArrayList<>();
        String name = null;
        String version = "";
        for (String line : (text + "\n\n").split("\n", -1)) {
            if (line.startsWith("P:")) {
                name = line.substring(2).strip();
            } else if (line.startsWith("V:")) {
                version = line.substring(2).strip();
            } else if (line.isBlank() && name != null) {
                found.add(new SoftwarePackage(Source.APK, name, version, path));
                name = null;
                version = "";
            }
        }
        return found;
    }

    /** By the name alone: {@code guava-33.4.0.jar}. */
    public static SoftwarePackage jar(String fileName, String path) {
        Matcher named = JAR.matcher(fileName);
        return named.matches()
                ? new SoftwarePackage(Source.JAR, named.group(1), named.group(2), path)
                : new SoftwarePackage(Source.JAR, fileName.replaceFirst("\\.(?:jar|war|ear)$", ""), "", path);
    }

    /** What a file says of the runtime that it lies beside; empty if it says nothing. */
    public static Optional<String> version(String path, String text) {
        if (path.endsWith("/release") || path.equals("release")) {
            return first(JAVA_VERSION, text);
        }
        if (path.endsWith("include/node/node_version.h")) {
            List<String> parts = NODE_VERSION.matcher(text).results().map(found -> found.group(1)).toList();
            return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(".", parts));
        }
        return path.endsWith("go/VERSION") ? first(GO_VERSION, text) : Optional.empty();
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
}

package io.gantry.image.report.core;

import io.gantry.contracts.view.ImageReportView.NotRead;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import java.util.List;
import java.util.Map;

/**
 * What was read of a layer.
 *
 * @param files in the order of the archive
 * @param packages by the path of the file that says so
 * @param secrets files that have one, and which kind
 * @param versions that files say of what lies beside them, by their path: {@code usr/lib/jvm/x/release}
 */
public record LayerReading(
        List<FileEntry> files, Map<String, List<SoftwarePackage>> packages, List<SecretFile> secrets, Map<String, String> versions, List<NotRead> notRead) {
    public static final LayerReading NONE = new LayerReading(List.of(), Map.of(), List.of(), Map.of(), List.of());

    public LayerReading {
        files = List.copyOf(files);
        packages = Map.copyOf(packages);
        secrets = List.copyOf(secrets);
        versions = Map.copyOf(versions);
        notRead = List.copyOf(notRead);
    }

    /** @param kind "private key" */
    public record SecretFile(String path, String kind) {}

    /** Of all files, in bytes. */
    public long bytes() {
        return files.stream().mapToLong(FileEntry::size).sum();
    }
}

package io.gantry.image.build.core;

import java.util.Map;

/** What is built for: linux/amd64 alone. */
final class Platforms {
    /** Known without an ARG before the first FROM; a stage sees those that it names. */
    static final Map<String, String> ARGUMENTS =
            Map.of(
                    "TARGETPLATFORM", "linux/amd64", "TARGETOS", "linux", "TARGETARCH", "amd64", "TARGETVARIANT", "",
                    "BUILDPLATFORM", "linux/amd64", "BUILDOS", "linux", "BUILDARCH", "amd64", "BUILDVARIANT", "");

    private Platforms() {}

    static void check(String platform, Position at) {
        if (!platform.matches("(?i)linux(/(amd64|x86_64)(/v1)?)?")) {
            throw new DockerfileRefusal(at, "--platform=" + platform + " can't be built here", "builds are for linux/amd64");
        }
    }
}

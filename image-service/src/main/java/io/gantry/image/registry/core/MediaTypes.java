package io.gantry.image.registry.core;

import java.util.Set;

/** The media types of the OCI image spec and of Docker's schema 2. */
public final class MediaTypes {
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    public static final String OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
    private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);

    private MediaTypes() {}

    public static boolean isManifest(String type) {
        return MANIFESTS.contains(type);
    }

    public static boolean isIndex(String type) {
        return INDEXES.contains(type);
    }

    public static boolean isImageConfig(String type) {
        return OCI_CONFIG.equals(type) || DOCKER_CONFIG.equals(type);
    }

    /** Whoever made it lets nobody but himself hand it out (OCI image spec, "Non-Distributable Layers"; Docker's "foreign" ones): who pushes an image may leave it out. */
    public static boolean isLayerOfOthers(String type) {
        return type.startsWith("application/vnd.oci.image.layer.nondistributable.") || type.startsWith("application/vnd.docker.image.rootfs.foreign.");
    }

    /** Gzip, zstd or no compression: what agents can unpack. */
    public static boolean isLayer(String type) {
        return type.endsWith("tar") || type.endsWith("tar+gzip") || type.endsWith("tar.gzip") || type.endsWith("tar+zstd");
    }
}

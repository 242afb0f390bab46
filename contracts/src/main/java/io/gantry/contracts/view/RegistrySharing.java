package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Bytes;
import java.time.Instant;

/** What sharing saves at the registry: on its disk, and on its wire. */
public record RegistrySharing(@Always Disk disk, @Always Wire wire) {
    /**
     * @param images that are here
     * @param stored bytes of all their layers, each once: what they take
     * @param referenced bytes, if each image had layers of its own
     * @param saved the difference
     */
    public record Disk(int images, @Always Bytes stored, @Always Bytes referenced, @Always Bytes saved) {
        public static Disk of(int images, long stored, long referenced) {
            return new Disk(images, new Bytes(stored), new Bytes(referenced), new Bytes(referenced - stored));
        }
    }

    /**
     * Bytes of blobs, and those that needn't travel.
     *
     * @param since when they are counted
     * @param pushed that clients sent
     * @param mounted that clients needn't send, since another repository has the blob
     * @param pulled that other registries sent
     * @param present of layers of images pulled that were here
     * @param cached of layers of images that clients asked for by a mirror, which were here
     * @param resumed that other registries needn't send once more, since a download went on where it broke off
     * @param sent to other registries
     * @param there of layers of images sent that those had
     * @param saved {@code mounted}, {@code present}, {@code cached}, {@code resumed} and {@code there}
     */
    public record Wire(
            @Always Instant since, @Always Bytes pushed, @Always Bytes mounted, @Always Bytes pulled, @Always Bytes present, @Always Bytes cached, @Always Bytes resumed, @Always Bytes sent,
            @Always Bytes there, @Always Bytes saved) {}
}

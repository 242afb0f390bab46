package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Bytes;
import java.util.regex.Pattern;

/**
 * How fast a container may read from and write to one block device of its host, per second.
 *
 * @param device a whole disk, by its path on the host, {@code /dev/vda}, or its number, {@code 253:0}
 * @param readBytes {@code null} is no limit, as for the other three
 */
public record DeviceRate(String device, Bytes readBytes, Bytes writeBytes, Long readOperations, Long writeOperations) {
    private static final Pattern DEVICE = Pattern.compile("/dev/[^\\s\\p{Cntrl}]{1,200}|\\d{1,4}:\\d{1,7}");

    public DeviceRate {
        if (device == null || !DEVICE.matcher(device).matches() || device.contains("/../")) {
            throw new BadField("device", "device is a path below /dev or a number, got '" + device + "'", "write for example /dev/vda or 253:0");
        }
        positive("readBytes", readBytes == null ? null : readBytes.value());
        positive("writeBytes", writeBytes == null ? null : writeBytes.value());
        positive("readOperations", readOperations);
        positive("writeOperations", writeOperations);
        if (readBytes == null && writeBytes == null && readOperations == null && writeOperations == null) {
            throw new BadField("device", device + " has no limit", "give readBytes, writeBytes, readOperations or writeOperations");
        }
    }

    private static void positive(String field, Long value) {
        if (value != null && value < 1) {
            throw new BadField(field, field + " is at least 1 per second, got " + value, "leave it out for no limit");
        }
    }
}

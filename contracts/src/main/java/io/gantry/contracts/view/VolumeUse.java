package io.gantry.contracts.view;

import io.gantry.contracts.unit.Bytes;

/**
 * What only a volume's node knows of it.
 *
 * @param used what lies in it
 * @param limitedBy what keeps it to its size; {@code null} if it has none
 */
public record VolumeUse(Bytes used, String limitedBy) {}

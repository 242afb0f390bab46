/** How much of a disk lies below a folder, and may: project quotas, and btrfs' subvolumes with their quota groups. */
package io.gantry.kernel.quota;

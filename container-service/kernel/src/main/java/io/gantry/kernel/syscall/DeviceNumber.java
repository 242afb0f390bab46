package io.gantry.kernel.syscall;

/** A device's two numbers, and the one in which the kernel has both ({@code st_rdev}, {@code tty_nr}, mknod(2)); sys/sysmacros.h, makedev(3). */
public record DeviceNumber(int major, int minor) {
    public static DeviceNumber of(long packed) {
        return new DeviceNumber((int) (packed >>> 8 & 0xfff | packed >>> 32 & ~0xfffL), (int) (packed & 0xff | packed >>> 12 & ~0xffL));
    }

    /** The parts of both lie apart, since each was once eight bits long. */
    public long packed() {
        long high = Integer.toUnsignedLong(major);
        long low = Integer.toUnsignedLong(minor);
        return (high & 0xfff) << 8 | low & 0xff | (low & ~0xffL) << 12 | (high & ~0xfffL) << 32;
    }

    /** As the kernel prints it, {@code 253:0}. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(major) + ":" + Integer.toUnsignedString(minor);
    }
}

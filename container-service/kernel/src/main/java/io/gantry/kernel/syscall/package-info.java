/**
 * The calls that containers are made by: {@link io.gantry.kernel.syscall.LinuxHeader} has the numbers, {@code LibC} binds the functions,
 * {@link io.gantry.kernel.syscall.SystemCalls} says what they are for. Rooms that alone need a call bind it themselves: {@code files},
 * {@code netlink}, {@code nftables}.
 */
package io.gantry.kernel.syscall;

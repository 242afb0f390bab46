/**
 * The one room that calls the kernel: {@link io.gantry.kernel.syscall.LinuxHeader} has the numbers,
 * {@code LibC} binds the functions, {@link io.gantry.kernel.syscall.SystemCalls} says what they are for.
 */
package io.gantry.kernel.syscall;

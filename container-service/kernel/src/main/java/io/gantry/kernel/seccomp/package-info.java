/**
 * Filters of system calls, seccomp(2): profiles as text, {@link io.gantry.kernel.seccomp.FilterCompiler} makes BPF of them.
 */
package io.gantry.kernel.seccomp;

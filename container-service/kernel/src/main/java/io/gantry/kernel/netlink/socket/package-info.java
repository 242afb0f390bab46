/** Carries netlink messages, in this network namespace or in another. */
package io.gantry.kernel.netlink.socket;

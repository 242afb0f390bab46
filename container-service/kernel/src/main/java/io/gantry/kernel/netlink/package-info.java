/**
 * The kernel's network configuration by netlink, in three layers: {@code wire} has the bytes of any message, {@code socket} carries
 * them, {@code route} (links, addresses, routes, neighbours, forwarding entries) and {@code diag} (sockets) have the verbs.
 */
package io.gantry.kernel.netlink;

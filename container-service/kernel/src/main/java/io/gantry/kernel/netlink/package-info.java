/**
 * The kernel's network configuration by netlink, in three layers: {@code wire} has the bytes of any message, {@code socket} carries
 * them, {@code route} has the verbs (links, addresses, routes, neighbours, forwarding entries).
 */
package io.gantry.kernel.netlink;

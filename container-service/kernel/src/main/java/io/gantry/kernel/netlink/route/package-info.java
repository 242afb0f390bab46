/** rtnetlink(7): links, addresses, routes, neighbours and forwarding entries. Encoders are pure; {@code RouteNetlink} has the verbs. */
package io.gantry.kernel.netlink.route;

/** Which sockets a network namespace has, sock_diag(7). */
package io.gantry.kernel.netlink.diag;

/** Firewall tables through libnftables in this process, so that a change is one atomic transaction and starts no program. */
package io.gantry.kernel.nftables;

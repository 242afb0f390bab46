/** What each node shall hold of all networks. */
package io.gantry.network.overlay;

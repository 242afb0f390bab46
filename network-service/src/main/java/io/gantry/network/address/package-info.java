/** Addresses: leased, held, given again. */
package io.gantry.network.address;

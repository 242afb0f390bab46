/** DNS names. */
package io.gantry.network.naming;

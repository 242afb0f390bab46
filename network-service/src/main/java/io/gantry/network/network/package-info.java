/** Networks: subnets of their own. */
package io.gantry.network.network;

/** The whole platform with this machine as its one host, used by the unmodified docker command. */
package io.gantry.e2e.onehost;

/** Docker's own description of its API, as the measure of ours. */
package io.gantry.gateway.docker.schema;

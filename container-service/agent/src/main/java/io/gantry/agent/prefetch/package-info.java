/** Images that this node shall have before a container of them comes. */
package io.gantry.agent.prefetch;

/** The volumes of this node: folders, filled once, kept until nobody wants them. */
package io.gantry.agent.volume;

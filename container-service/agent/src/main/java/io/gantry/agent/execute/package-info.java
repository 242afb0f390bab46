/** Plans carried out: one switch over the steps, undo in reverse; and the talk with launcher and monitor. */
package io.gantry.agent.execute;

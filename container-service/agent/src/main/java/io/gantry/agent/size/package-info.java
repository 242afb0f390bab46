/** Folders that hold so much and no more, by what the node's file system has for it. */
package io.gantry.agent.size;

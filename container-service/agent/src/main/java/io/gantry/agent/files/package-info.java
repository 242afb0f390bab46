/** A container's files from outside, while it runs and while it doesn't: by descriptors, never out of its root. */
package io.gantry.agent.files;

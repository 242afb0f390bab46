/** The life of a container as pure functions: commands and observations in, changes or a refusal out. No IO, no clock. */
package io.gantry.container.lifecycle.core;

/** What is said to other registries, and what their answers mean. */
package io.gantry.image.remote.core;

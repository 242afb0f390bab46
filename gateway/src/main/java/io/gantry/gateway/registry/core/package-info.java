/** Passes and what they are good for, without IO. */
package io.gantry.gateway.registry.core;

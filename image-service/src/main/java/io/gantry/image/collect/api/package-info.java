/** Collections that people ask for. */
package io.gantry.image.collect.api;

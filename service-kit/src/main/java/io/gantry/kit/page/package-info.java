/** Lists in pages: a page begins behind what the one before ended with, not at a number, so that what comes and goes meanwhile moves nothing. */
package io.gantry.kit.page;

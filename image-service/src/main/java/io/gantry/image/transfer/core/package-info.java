/** Which node gets a blob from where; pure. */
package io.gantry.image.transfer.core;

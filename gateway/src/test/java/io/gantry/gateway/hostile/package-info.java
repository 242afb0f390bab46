/** What nobody sends who means well. */
package io.gantry.gateway.hostile;

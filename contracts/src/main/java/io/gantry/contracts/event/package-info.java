/** What became true. An event is never edited; a change of shape is a new version beside the old one. */
package io.gantry.contracts.event;

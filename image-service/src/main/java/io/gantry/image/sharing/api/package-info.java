/** What it saves, for the gateway. */
package io.gantry.image.sharing.api;

/** Public paths and the services that own them; the streaming proxy between. */
package io.gantry.gateway.route;

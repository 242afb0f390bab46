/** What somebody asks for over HTTP. */
package io.gantry.scheduler.prefetch.api;

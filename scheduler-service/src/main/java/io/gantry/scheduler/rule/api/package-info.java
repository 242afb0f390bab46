/** Rules over HTTP. */
package io.gantry.scheduler.rule.api;

/** What a caller who is let into a part of the platform alone sees, changes and makes: one answer for Docker's edge and for REST. */
package io.gantry.gateway.scope;

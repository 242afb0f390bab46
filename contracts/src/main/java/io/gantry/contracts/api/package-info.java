/** What can be asked of {@code /api/v1}, as one table, and the OpenAPI document that is made of it and of the records. */
package io.gantry.contracts.api;

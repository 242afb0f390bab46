-- The request that network-service granted for this revision; null where it had nothing to grant.
alter table revision add column request text;

alter table volumes add column size bigint;   -- bytes, null for no limit

-- Since when no name leads to a manifest that had one; null while one does, and for what never had one.
alter table manifest add column let_go timestamptz;
-- When it was linked, mounted or asked about last, or let go by a manifest: what is as young as a push takes is left alone.
alter table repository_blob rename column linked_at to used_at;

-- Bytes that something ceased to need then, which their file doesn't say.
create table released_blob (
    digest text primary key,
    at     timestamptz not null
);
create function note_release() returns trigger language plpgsql as $$
begin
    insert into released_blob (digest, at) values (old.blob, now()) on conflict (digest) do update set at = excluded.at;
    return old;
end
$$;
create trigger build_cache_released after delete on build_cache for each row execute function note_release();

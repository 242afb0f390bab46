-- in which transaction a row was written last, so that somebody who has looked can ask what has changed since
alter table containers add column changed xid8 not null default '0';
alter table nodes add column changed xid8 not null default '0';
create function note_transaction() returns trigger language plpgsql as $$
begin
    new.changed := pg_current_xact_id();
    return new;
end
$$;
create trigger containers_changed before insert or update on containers for each row execute function note_transaction();
create trigger nodes_changed before insert or update on nodes for each row execute function note_transaction();
create index containers_changed on containers (changed);

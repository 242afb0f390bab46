-- Which tags of some repositories stay.
create table retention (
    name         text primary key,
    repositories text not null,
    rule         text not null,        -- RetentionView in JSON
    changed_at   timestamptz not null
);

-- Chosen by hand: whoever chose it will ask for it again, so that it isn't the next for others.
alter table lease add column asked boolean not null default false;

-- The one that was given back longest ago is given out next: of a busy pool the others needn't be looked at.
create index lease_given_back on lease (pool, released_at) where released_at is not null and not asked;

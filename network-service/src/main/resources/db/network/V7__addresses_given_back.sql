-- The one that was given back longest ago is given out next: of a busy pool the others needn't be looked at.
create index lease_given_back on lease (pool, released_at) where released_at is not null;

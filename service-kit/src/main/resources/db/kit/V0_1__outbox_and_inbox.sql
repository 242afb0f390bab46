-- Facts and state records on their way to Kafka. Written in the transaction that made them true, deleted when Kafka has them.
create table outbox (
    id         bigint generated always as identity primary key,
    topic      text not null,
    partition  int,             -- null: chosen by the key
    key        text not null,
    payload    text,            -- null: a tombstone
    created_at timestamptz not null default now()
);

-- What a consumer has handled already: a fact's effect and this row commit together.
create table inbox (
    consumer   text not null,
    event_id   uuid not null,
    handled_at timestamptz not null default now(),
    primary key (consumer, event_id)
);

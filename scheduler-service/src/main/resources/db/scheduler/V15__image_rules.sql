-- Our projection of the rules for images, and of what they say: what something is made of is looked up here, and nobody asked.
create table image_rules (
    one     boolean primary key default true check (one),
    version bigint not null,
    rules   text not null              -- RuleInForce[] in JSON
);
create table image_verdicts (
    ref      text primary key,         -- repository@digest
    verdicts text not null             -- ImageVerdict[] in JSON
);

-- Tags that moved to images which rules haven't looked at yet: rules of deployments that wait for such a tag run once they have.
create table unjudged_tag (
    reference text primary key,        -- repository:tag
    trigger   uuid not null,           -- the fact
    tagged    text not null            -- ImageEvent.Tagged in JSON
);

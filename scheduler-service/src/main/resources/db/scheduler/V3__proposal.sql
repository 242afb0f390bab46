-- What people want of deployments and network-service has not answered yet: new ones, and other ports or another network.
create table proposal (
    deployment text primary key,
    request    text not null,           -- names question and answer
    project    text not null,
    name       text not null,
    body       text not null,           -- Proposal as JSON
    since      timestamptz not null,
    unique (project, name)
);

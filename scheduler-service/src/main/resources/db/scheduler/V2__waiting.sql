-- Containers that no ready node can take, but a suspect one could: decided again at each change of a node, in its transaction.
create table waiting (
    container text primary key,
    requested text not null,            -- ContainerEvent.Requested as JSON
    since     timestamptz not null
);

-- where volumes are whose first container was placed here, until container-service says so itself in each request
create table volume_place (
    volume     text primary key,
    node       text not null,
    container  text not null   -- the first one; when it is gone, container-service has known for long
);
create index volume_place_container on volume_place (container);

-- The status process's own store. Times are RFC 3339 text in UTC with microseconds, so that they sort as text.

create table if not exists component (
    key text primary key,
    id text not null unique,
    name text not null,
    description text not null,
    position integer not null,
    status text not null,
    created_at text not null,
    updated_at text not null
) strict;

-- Every change of a component's status, the first one at its creation: what the ninety days are drawn from.
create table if not exists component_change (
    component_key text not null references component (key),
    at text not null,
    status text not null
) strict;
create index if not exists component_change_at on component_change (component_key, at);

create table if not exists incident (
    id text primary key,
    key text not null,
    maintenance integer not null check (maintenance in (0, 1)),
    name text not null,
    impact text not null,
    scheduled_for text,
    scheduled_until text,
    unique (maintenance, key)
) strict;

create table if not exists incident_update (
    id text primary key,
    incident_id text not null references incident (id),
    at text not null,
    stored_at text not null,
    status text not null,
    body text not null,
    affected text
) strict;
create index if not exists incident_update_at on incident_update (incident_id, at);

create table if not exists incident_component (
    incident_id text not null references incident (id),
    component_key text not null references component (key),
    primary key (incident_id, component_key)
) strict;

-- Records already taken in, by their own id, so that one that comes twice counts once.
create table if not exists taken (
    record_id text primary key,
    at text not null
) strict;

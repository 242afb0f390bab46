-- The document's own version is what a change relies on.
update containers set revision = cast(doc ->> 'version' as bigint);

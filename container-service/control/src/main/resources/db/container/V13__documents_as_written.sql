-- A document is read as it was written, so that one that is known already is recognised by its text; nothing searches inside by an index.
alter table containers alter column doc type json using cast(cast(doc as text) as json);

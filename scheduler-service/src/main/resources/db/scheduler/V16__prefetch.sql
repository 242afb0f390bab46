-- Nodes that were told to fetch the image of the revision that is rolled out ahead, PrefetchRecords.Told in JSON; null before the first rollout.
alter table deployment add column prefetch text;

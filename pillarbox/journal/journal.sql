-- Statements of the journal's own role, which may append and intern and nothing else.

-- name: append
-- Append lines and note deliveries, in one durable commit.
select journal.append(:chain::uuid, :viewer_account::bigint[], :viewer_person::uuid[], :viewer_credential::uuid[],
  :viewer_kind::text[], :device::bytea[], :owner_account::bigint[], :surface::text[], :field_set::integer[],
  :request::uuid[], :outcome::text[], :ids::text[], :delivered::uuid[])

-- name: intern
-- The number of a list of field names.
select journal.intern(:names)

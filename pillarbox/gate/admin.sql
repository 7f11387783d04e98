-- The operator's command line, role pillarbox_admin.

-- name: open_account
-- A new account with its wrapped keys.
select gate.open_account(:account, :kind, :numbers::smallint[], :wrapped::bytea[], :retention::text[], :period::text[])

-- name: add_person
-- A person who can sign in.
select gate.add_person(:account, :person, :email, :salt, :proof, :scopes::text[])

-- name: issue_network_key
-- A credential for the scanning network.
select gate.issue_network_key(:account, :key)

-- name: add_s10_range
-- A leased range of S10 serials.
select gate.add_s10_range(:indicator, :country, :first::integer, :size::integer, :specimen)

-- name: throw_switch
-- Suspend a scope or lift it.
select gate.throw_switch(:scope, :kinds::text[], :reason)

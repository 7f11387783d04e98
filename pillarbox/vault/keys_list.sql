-- API keys as their account sees them. What opens a door stands in the gate; this is the list beside it.

-- name: insert_key
-- Note a key that the gate has just issued.
insert into vault.api_key (account_id, key_id, name, scopes, live, ending)
values (:account, :key_id, :name, :scopes::text[], :live, :ending)
returning account_id, key_id, name, scopes, live, ending, created_at, revoked_at

-- name: api_keys
-- Every key of this account, newest first, revoked ones too.
select account_id, key_id, name, scopes, live, ending, created_at, revoked_at from vault.api_key
where account_id = :account order by created_at desc, key_id

-- name: mark_revoked
-- Note that a key has ended; the first time counts.
update vault.api_key set revoked_at = coalesce(revoked_at, now()) where account_id = :account and key_id = :key_id
returning account_id, key_id, name, scopes, live, ending, created_at, revoked_at

-- name: last_shown
-- When something was last shown to each key, by the journal, since a moment.
select owner_account, viewer_credential, max(at) from journal.line
where owner_account = :account and viewer_account = :account and viewer_kind = 'key' and at >= :since
group by owner_account, viewer_credential

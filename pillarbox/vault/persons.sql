-- People who sign in to an account: their names, sealed.

-- name: person_by_id
-- One person of this account.
select account_id, person_id, profile from vault.person where account_id = :account and person_id = :person_id

-- name: people
-- Everybody who signs in to this account.
select account_id, person_id, profile from vault.person where account_id = :account order by person_id

-- name: write_person
-- Keep a person's profile.
insert into vault.person (account_id, person_id, profile) values (:account, :person_id, :profile)
on conflict (account_id, person_id) do update set profile = excluded.profile where person.account_id = :account

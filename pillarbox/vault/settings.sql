-- Settings of an account: small sealed values by name.

-- name: settings_by_name
-- The settings of these names, as far as there are any.
select account_id, setting_id, name, content from vault.setting
where account_id = :account and name = any (:names::text[])

-- name: write_setting
-- Keep a setting; its fresh id takes the place of the old one.
insert into vault.setting (account_id, setting_id, name, content) values (:account, :setting_id, :name, :content)
on conflict (account_id, name) do update set setting_id = excluded.setting_id, content = excluded.content
where setting.account_id = :account

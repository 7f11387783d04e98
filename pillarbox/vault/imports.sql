-- Order files on their way to orders: uploaded, run in steps, what was left out.

-- name: insert_import
-- A file that was recognised and waits to be looked at.
insert into vault.import (account_id, import_id, file_id, status, file_digest, shop, encoding, delimiter, settings, rows_total)
values (:account, :import_id, :file_id, 'uploaded', :file_digest, :shop, :encoding, :delimiter, :settings, :rows_total)

-- name: import_by_id
-- One import with its progress.
select account_id, import_id, file_id, created_at, status, shop, encoding, delimiter, rows_total, rows_read, orders_made,
  duplicates, problems, finished_at, failure, settings
from vault.import where account_id = :account and import_id = :import_id

-- name: import_for_step
-- One import, locked until the transaction ends.
select account_id, import_id, file_id, created_at, status, shop, encoding, delimiter, rows_total, rows_read, orders_made,
  duplicates, problems, finished_at, failure, settings
from vault.import where account_id = :account and import_id = :import_id for update

-- name: imports_alike
-- The latest other import of the very same file.
select other.account_id, other.import_id, other.created_at, other.status, other.orders_made
from vault.import mine
join vault.import other on other.account_id = :account and other.file_digest = mine.file_digest
  and other.import_id <> mine.import_id and other.created_at <= mine.created_at
where mine.account_id = :account and mine.import_id = :import_id
order by other.created_at desc limit 1

-- name: import_page
-- The latest imports.
select account_id, import_id, file_id, created_at, status, shop, encoding, delimiter, rows_total, rows_read, orders_made,
  duplicates, problems, finished_at, failure, settings
from vault.import where account_id = :account order by created_at desc, import_id limit :most

-- name: start_import
-- Let an import run; touches nothing unless it waits.
update vault.import set status = 'running', settings = :settings, failure = null
where account_id = :account and import_id = :import_id and status in ('uploaded', 'failed')

-- name: step_import
-- Note how far an import has come, in the transaction that stored the orders.
update vault.import set rows_read = rows_read + :rows, rows_total = greatest(rows_total, rows_read + :rows),
  orders_made = orders_made + :orders, duplicates = duplicates + :duplicates, problems = problems + :problems
where account_id = :account and import_id = :import_id and status = 'running'

-- name: finish_import
-- The last row has been read.
update vault.import set status = 'done', finished_at = now(), rows_total = rows_read
where account_id = :account and import_id = :import_id and status = 'running'

-- name: fail_import
-- The file cannot be read on; what was stored stays.
update vault.import set status = 'failed', finished_at = now(), failure = :failure
where account_id = :account and import_id = :import_id and status = 'running'

-- name: mended_import
-- Take mended rows off what was left out.
update vault.import set orders_made = orders_made + 1, problems = problems - :problems, duplicates = duplicates - :duplicates
where account_id = :account and import_id = :import_id

-- name: delete_import
-- Forget a file that was never started.
delete from vault.import where account_id = :account and import_id = :import_id and status = 'uploaded'

-- name: take_numbers
-- The next order numbers of the account, as many as asked for; answers with the last.
insert into vault.counter as c (account_id, name, last) values (:account, 'order', :many)
on conflict (account_id, name) do update set last = c.last + :many where c.account_id = :account
returning c.last

-- name: insert_orders
-- Many checked orders at once, numbered upwards from `:before`.
insert into vault.order (account_id, order_id, number, import_id, shop, country, format, weight_g, length_mm, width_mm,
  height_mm, value_pence, service_code, customs_missing, reference_token, recipient, contents)
select :account, u.order_id, :before::bigint + u.place, :import_id, u.shop, u.country, u.format, u.weight_g, u.length_mm,
  u.width_mm, u.height_mm, u.value_pence, u.service_code, u.customs_missing, u.reference_token, u.recipient, u.contents
from unnest(:order_id::uuid[], :shop::text[], :country::text[], :format::text[], :weight_g::integer[], :length_mm::integer[],
  :width_mm::integer[], :height_mm::integer[], :value_pence::bigint[], :service_code::text[], :customs_missing::boolean[],
  :reference_token::bytea[], :recipient::bytea[], :contents::bytea[]) with ordinality
  as u (order_id, shop, country, format, weight_g, length_mm, width_mm, height_mm, value_pence, service_code,
        customs_missing, reference_token, recipient, contents, place)

-- name: insert_tokens_of_many
-- The search tokens of many objects, sorted, so that the index is filled in order.
insert into vault.token (account_id, token, object_id)
select :account, u.token, u.object_id from unnest(:tokens::bytea[], :objects::uuid[]) as u (token, object_id)

-- name: set_order_import
-- Say which import an order came from, and by what its row is known again if it has no reference.
update vault.order set import_id = :import_id, reference_token = coalesce(reference_token, :token::bytea)
where account_id = :account and order_id = :order_id

-- name: orders_like
-- Orders that carry one of these references or rows already, with where they came from.
select account_id, order_id, number, shop, import_id, reference_token from vault.order
where account_id = :account and reference_token = any (:tokens::bytea[])

-- name: last_problem
-- The number of the last row left out so far.
select account_id, coalesce(max(seq), 0) from vault.import_problem
where account_id = :account and import_id = :import_id group by account_id

-- name: insert_problems
-- What was wrong with rows that were left out.
insert into vault.import_problem (account_id, import_id, seq, line, code, field, content)
select :account, :import_id, :after::integer + u.place, u.line, u.code, u.field, u.content
from unnest(:line::integer[], :code::text[], :field::text[], :content::bytea[]) with ordinality
  as u (line, code, field, content, place)

-- name: problem_groups
-- What was left out, by cause.
select account_id, import_id, code, field, count(distinct line)::integer, min(seq) from vault.import_problem
where account_id = :account and import_id = :import_id group by account_id, import_id, code, field
order by count(distinct line) desc, code, field

-- name: problem_page
-- Problems in the order of the file, after a number and of one cause where one is asked for.
select account_id, import_id, seq, line, code, field, content from vault.import_problem
where account_id = :account and import_id = :import_id and seq > :after and (:code::text is null or code = :code)
order by seq limit :most

-- name: problems_at_line
-- Everything wrong with the order that begins at a line.
select account_id, import_id, seq, line, code, field, content from vault.import_problem
where account_id = :account and import_id = :import_id and line = :line order by seq

-- name: lines_of_cause
-- The lines left out for one cause.
select account_id, import_id, seq, line, code, field, content from vault.import_problem
where account_id = :account and import_id = :import_id and code = :code order by seq limit :most

-- name: delete_problems
-- Take the problems of one line off the list.
delete from vault.import_problem where account_id = :account and import_id = :import_id and line = :line

-- name: problems_by_seq
-- Some problems by their numbers.
select account_id, import_id, seq, line, code, field, content from vault.import_problem
where account_id = :account and import_id = :import_id and seq = any (:seqs::integer[]) order by seq

-- name: choose_import
-- Keep how a file is to be read; touches nothing once it runs.
update vault.import set settings = :settings
where account_id = :account and import_id = :import_id and status in ('uploaded', 'failed')

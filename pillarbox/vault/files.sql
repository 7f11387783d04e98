-- Files that customers hand in: sealed in pieces, each bound to its place.

-- name: insert_file
-- A new file; its pieces follow.
insert into vault.file (account_id, file_id, purpose, size) values (:account, :file_id, :purpose, :size)

-- name: insert_piece
-- One sealed piece of a file.
insert into vault.file_piece (account_id, file_id, seq, content) values (:account, :file_id, :seq, :content)

-- name: pieces_of_file
-- The first pieces of a file, in order, still sealed.
select account_id, file_id, seq, content from vault.file_piece
where account_id = :account and file_id = :file_id and seq < :most order by seq

-- name: delete_file
-- Forget a file with its pieces.
delete from vault.file where account_id = :account and file_id = :file_id

-- The codes on the slips of a class that answers by one-time codes. Nothing here leads to a response, nor a response
-- here: neither row names the other, and the table is ordered by a hash that is random to anyone without the round's
-- hash key. The rows are destroyed when the round is sealed.
CREATE TABLE one_time_code (
    round_id  INTEGER NOT NULL REFERENCES round (id),        -- planned, open or closed
    form_id   INTEGER NOT NULL REFERENCES form_version (id), -- the form that it lets one answer
    group_id  INTEGER NOT NULL REFERENCES class_group (id),  -- the class that it was printed for
    code_hash BLOB NOT NULL CHECK (length(code_hash) = 16), -- keyed hash of the code, which itself is only on paper
    spent     INTEGER NOT NULL CHECK (spent IN (0, 1)),     -- 1: someone has answered with it
    PRIMARY KEY (round_id, form_id, group_id, code_hash)
) STRICT, WITHOUT ROWID;

-- What has been released of sealed rounds: so that a later release gives away nothing together with the earlier
-- ones, and so that the collector can show results without ever computing one.

-- One release of one form's results in one round.
CREATE TABLE release (
    id       INTEGER PRIMARY KEY,      -- the later, the larger
    round_id INTEGER NOT NULL REFERENCES round (id),        -- sealed, or looked at before that
    form_id  INTEGER NOT NULL REFERENCES form_version (id), -- what was asked
    audience INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 principals and the administration, 1 everybody
    layout   INTEGER NOT NULL,         -- as tally.layout
    tally    BLOB NOT NULL,            -- as tally.bytes: the counts that it was made from
    FOREIGN KEY (round_id, form_id) REFERENCES round_form (round_id, form_id)
) STRICT;

CREATE INDEX release_by_round ON release (round_id, form_id);

-- The ledger: what was told of each group.
CREATE TABLE release_ledger (
    release_id INTEGER NOT NULL REFERENCES release (id), -- in this release
    number     INTEGER NOT NULL,       -- counts the release's groups
    unit_code  TEXT NOT NULL,          -- of this unit; '' = of the whole municipality
    kind       TEXT NOT NULL,          -- as group_kind in the tables: 'all', 'grade', 'class', …, 'area'
    key        INTEGER NOT NULL,       -- which one: grade, school form and gender by number, a class by its group_id
    units      TEXT NOT NULL,          -- of an area: the codes of its units then; else ''
    items      TEXT NOT NULL,          -- the questions and dimensions told of, by id; '*' = how many they are
    PRIMARY KEY (release_id, number)
) STRICT, WITHOUT ROWID;

-- The released tables, as the collector shows them.
CREATE TABLE release_table (
    round_id  INTEGER NOT NULL REFERENCES round (id), -- what was measured
    audience  INTEGER NOT NULL CHECK (audience IN (0, 1)), -- as release.audience
    name      TEXT NOT NULL,           -- 'progression', 'compare-unit', …
    unit_code TEXT NOT NULL,           -- the rows of this unit; '' = of the municipality
    text      TEXT NOT NULL,           -- JSON
    PRIMARY KEY (round_id, audience, name, unit_code)
) STRICT, WITHOUT ROWID;

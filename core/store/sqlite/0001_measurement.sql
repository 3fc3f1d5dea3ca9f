-- What a measurement needs: who is asked, with what, when, and what they answered.

CREATE TABLE organisation (
    id        INTEGER PRIMARY KEY CHECK (id = 1), -- one row
    name      TEXT NOT NULL,                      -- as shown to people
    key_check BLOB NOT NULL                       -- says whether a key file belongs to this store; reveals nothing
) STRICT;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY, -- 'public_url': what stands before the code of a link
    value TEXT NOT NULL     -- as the program wrote it
) STRICT, WITHOUT ROWID;

CREATE TABLE unit (
    id           INTEGER PRIMARY KEY,  -- the store's own number
    code         TEXT NOT NULL UNIQUE, -- the municipality's own code of the school or preschool
    name         TEXT NOT NULL,        -- as shown to people: 'Ekens skola'
    area         TEXT NOT NULL,        -- part of the municipality; '' = none
    school_forms INTEGER NOT NULL      -- bit 0 förskola, 1 förskoleklass, 2 grundskola, 3 anpassad grundskola,
                                       -- 4 gymnasieskola, 5 anpassad gymnasieskola, 6 fritidshem, 7 vuxenutbildning
) STRICT;

CREATE TABLE class_group (
    id          INTEGER PRIMARY KEY,   -- the store's own number
    unit_id     INTEGER NOT NULL REFERENCES unit (id), -- where the class goes to school
    school_year INTEGER NOT NULL,      -- the year of its autumn: 2026 means 2026/2027
    name        TEXT NOT NULL,         -- as the school says it: '7A', 'Fjärilen'
    school_form INTEGER NOT NULL,      -- the bit number in unit.school_forms
    grade       INTEGER,               -- 0 = förskoleklass, 1..10; NULL where the school form has no grades
    enrolled    INTEGER NOT NULL CHECK (enrolled >= 0), -- how many belong to it; what response rates divide by
    UNIQUE (unit_id, school_year, name)
) STRICT;

CREATE TABLE form_version (
    id        INTEGER PRIMARY KEY,     -- the store's own number
    name      TEXT NOT NULL,           -- the form's id: 'grundskola-4-6'
    version   INTEGER NOT NULL,        -- the form's own count of its versions
    hash      BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), -- BLAKE2b-256 of source
    questions INTEGER NOT NULL CHECK (questions > 0),         -- the bytes of one answer
    source    BLOB NOT NULL            -- the whole form file, as it was when it was pinned
) STRICT;

CREATE TABLE round (
    id       INTEGER PRIMARY KEY,      -- the store's own number
    code     TEXT NOT NULL UNIQUE CHECK (code GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'), -- '2026-10'
    state    INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- 0 planned, 1 open, 2 closed, 3 sealed
    opens_s  INTEGER NOT NULL,         -- opens by itself from then, seconds since 1970 UTC
    closes_s INTEGER NOT NULL CHECK (closes_s > opens_s) -- and closes
) STRICT;

CREATE TABLE round_form (
    round_id INTEGER NOT NULL REFERENCES round (id),        -- this round asks with
    form_id  INTEGER NOT NULL REFERENCES form_version (id), -- this form, as it was when the round was made
    PRIMARY KEY (round_id, form_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE round_secret (
    round_id INTEGER PRIMARY KEY REFERENCES round (id), -- a round that is not sealed
    box      BLOB NOT NULL             -- the key of this round's responses, itself encrypted with the server's key;
                                       -- the row is destroyed when the round is sealed
) STRICT;

CREATE TABLE access_point (
    code     TEXT PRIMARY KEY,         -- the last part of a link
    round_id INTEGER NOT NULL REFERENCES round (id), -- when it is answered
    unit_id  INTEGER NOT NULL REFERENCES unit (id),  -- where
    group_id INTEGER REFERENCES class_group (id),    -- NULL: the unit's link, the pupil picks the class
    form_id  INTEGER NOT NULL REFERENCES form_version (id), -- with which form
    FOREIGN KEY (round_id, form_id) REFERENCES round_form (round_id, form_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX access_point_by_round ON access_point (round_id, unit_id, group_id);

-- One answered form of a round that is not sealed. No time, no order, no identity: the key is random to anyone
-- without the round's hash key, and the table is ordered by it.
CREATE TABLE response (
    round_id INTEGER NOT NULL REFERENCES round (id),         -- open or closed
    key_hash BLOB NOT NULL CHECK (length(key_hash) = 16), -- keyed hash of the page's submission key; counts it once
    group_id INTEGER NOT NULL REFERENCES class_group (id),   -- in the clear, for the count of answers so far
    form_id  INTEGER NOT NULL REFERENCES form_version (id),  -- says how many answers the box has
    box      BLOB NOT NULL,            -- the answers, encrypted with the round's key
    PRIMARY KEY (round_id, key_hash)
) STRICT, WITHOUT ROWID;

-- All answers of one class to one form in a sealed round. The three numbers stand in one as the row's id: a round
-- then lies together in the file, and is read in one sweep without a second look-up.
CREATE TABLE sealed_block (
    id        INTEGER PRIMARY KEY CHECK (id = (round_id << 48) + (form_id << 32) + group_id), -- the three below
    round_id  INTEGER NOT NULL CHECK (round_id BETWEEN 1 AND 32766) REFERENCES round (id),    -- sealed
    form_id   INTEGER NOT NULL CHECK (form_id BETWEEN 1 AND 65535) REFERENCES form_version (id), -- what was asked
    group_id  INTEGER NOT NULL CHECK (group_id BETWEEN 1 AND 4294967295) REFERENCES class_group (id), -- who
    responses INTEGER NOT NULL CHECK (responses > 0), -- number of persons
    answers   BLOB NOT NULL            -- all answers to question 1, then all to question 2, …, one byte each: 0 none,
                                       -- 1..9 the option, 255 vet ej; persons shuffled, alike for all questions
) STRICT;

-- What the analysis has counted in a sealed round, kept so that it need not count again.
CREATE TABLE tally (
    round_id INTEGER NOT NULL REFERENCES round (id),        -- sealed
    form_id  INTEGER NOT NULL REFERENCES form_version (id), -- what was asked
    layout   INTEGER NOT NULL,         -- version of the layout of bytes
    bytes    BLOB NOT NULL,            -- counts only; known to the analysis
    PRIMARY KEY (round_id, form_id, layout)
) STRICT;

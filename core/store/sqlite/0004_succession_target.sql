-- Which unit carries on which: merged (several predecessors), split (several successors) or renamed. What was told of
-- a unit stays with it; this says whose earlier figures the figures of its successor are compared with.
CREATE TABLE unit_succession (
    predecessor_id INTEGER NOT NULL REFERENCES unit (id), -- the unit that was; it stays in history
    successor_id   INTEGER NOT NULL REFERENCES unit (id), -- the unit that carries it on, or one of its parts
    from_round     TEXT NOT NULL CHECK (from_round GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'), -- from that month on
    PRIMARY KEY (predecessor_id, successor_id),
    CHECK (predecessor_id <> successor_id)
) STRICT, WITHOUT ROWID;

-- What a unit wants to reach (its åtaganden), in figures that the tables show.
CREATE TABLE target (
    unit_id   INTEGER NOT NULL REFERENCES unit (id), -- whose target
    form      TEXT NOT NULL,           -- the form's id: 'grundskola-4-6'
    dimension TEXT NOT NULL,           -- the dimension's id in that form
    question  TEXT NOT NULL,           -- the question's id; '' = the dimension's index
    round     TEXT NOT NULL CHECK (round GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'), -- when it is to be reached
    measure   INTEGER NOT NULL CHECK (measure BETWEEN 0 AND 2), -- 0 index 0-100, 1 mean on the scale, 2 share positive 0-1
    direction INTEGER NOT NULL CHECK (direction IN (0, 1)),     -- 0 at least, 1 at most
    value     REAL NOT NULL,           -- on the measure's scale
    PRIMARY KEY (unit_id, form, dimension, question, round)
) STRICT, WITHOUT ROWID;

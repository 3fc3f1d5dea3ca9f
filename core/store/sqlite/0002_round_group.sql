-- The classes of a round as they were when it was sealed, so that what becomes of a class later (a new number of
-- pupils before April's round, a grade put right) does not change the figures of a round that is over.
CREATE TABLE round_group (
    round_id    INTEGER NOT NULL REFERENCES round (id),       -- sealed, or looked at before that
    group_id    INTEGER NOT NULL REFERENCES class_group (id), -- every class of the round's school year
    school_form INTEGER NOT NULL,      -- as class_group.school_form
    grade       INTEGER,               -- as class_group.grade
    enrolled    INTEGER NOT NULL CHECK (enrolled >= 0), -- as class_group.enrolled
    PRIMARY KEY (round_id, group_id)
) STRICT, WITHOUT ROWID;

-- The school year of a round begins in August.
INSERT INTO round_group (round_id, group_id, school_form, grade, enrolled)
SELECT r.id, g.id, g.school_form, g.grade, g.enrolled
FROM round r
JOIN class_group g ON g.school_year = CAST(substr(r.code, 1, 4) AS INTEGER) - (substr(r.code, 6, 2) < '08')
WHERE r.state = 3;

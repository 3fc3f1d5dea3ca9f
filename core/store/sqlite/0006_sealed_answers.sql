-- The answers of a sealed round, several classes to a row: as many as fill a page of the file. A round lies together
-- in the file and is read in one sweep, with one step of the database for some hundred persons.
CREATE TABLE sealed_answers (
    id       INTEGER PRIMARY KEY CHECK (id = (round_id << 48) + (form_id << 32) + group_id), -- the three below
    round_id INTEGER NOT NULL CHECK (round_id BETWEEN 1 AND 32766) REFERENCES round (id),    -- sealed
    form_id  INTEGER NOT NULL CHECK (form_id BETWEEN 1 AND 65535) REFERENCES form_version (id), -- what was asked
    group_id INTEGER NOT NULL CHECK (group_id BETWEEN 1 AND 4294967295) REFERENCES class_group (id), -- the first class
    classes  BLOB NOT NULL CHECK (length(classes) > 0 AND length(classes) % 8 = 0), -- of each class, by number: its
                                       -- group_id and its number of persons, 4 bytes each, the lowest first
    answers  BLOB NOT NULL             -- all answers to question 1, class by class, then all to question 2, …, one
                                       -- byte each: 0 none, 1..9 the option, 255 vet ej; the persons of a class
                                       -- shuffled, alike for all questions
) STRICT;

-- Until now each class had a row of its own.
INSERT INTO sealed_answers (id, round_id, form_id, group_id, classes, answers)
SELECT id, round_id, form_id, group_id, class_entry(group_id, responses), answers FROM sealed_block ORDER BY id;

DROP TABLE sealed_block;

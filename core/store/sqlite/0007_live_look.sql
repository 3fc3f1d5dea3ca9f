-- Closed rounds whose results were looked at before they were sealed. None of them opens again: the next look, or what
-- is published, would differ from that look by the answers that came between.
CREATE TABLE live_look (
    round_id INTEGER PRIMARY KEY REFERENCES round (id) -- the one that was looked at
) STRICT;

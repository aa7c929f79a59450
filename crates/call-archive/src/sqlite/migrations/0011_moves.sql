-- Moves of the whole archive from this database (`from`) or into it (`to`), each with the other
-- place, without a password. While one has not ended, nothing else is written here.
CREATE TABLE moves (
    archive TEXT NOT NULL,
    side    TEXT NOT NULL,
    place   TEXT NOT NULL,
    begun   INTEGER NOT NULL,
    ended   INTEGER,
    PRIMARY KEY (archive, side)
) STRICT;

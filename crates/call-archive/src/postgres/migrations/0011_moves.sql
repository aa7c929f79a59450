-- Moves of the whole archive from this database (`from`) or into it (`to`), each with the other
-- place, without a password. While one has not ended, nothing else is written here.
CREATE TABLE moves (
    archive TEXT COLLATE "C" NOT NULL,
    side    TEXT COLLATE "C" NOT NULL,
    place   TEXT COLLATE "C" NOT NULL,
    begun   BIGINT NOT NULL,
    ended   BIGINT,
    PRIMARY KEY (archive, side)
);

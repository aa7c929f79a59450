-- Calls of a restored backup that their vendor has not told of again. Backups of a server are its
-- own: here the table stays empty, so that both databases have the same tables.
CREATE TABLE unconfirmed (
    tenant TEXT COLLATE "C" NOT NULL,
    call   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, call)
);

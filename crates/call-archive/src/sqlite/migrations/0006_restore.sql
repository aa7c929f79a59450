-- Calls of a restored backup that their vendor has not told of again: hidden until it does.
CREATE TABLE unconfirmed (
    tenant TEXT NOT NULL,
    call   TEXT NOT NULL,
    PRIMARY KEY (tenant, call)
) STRICT;

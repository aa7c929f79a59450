-- Which migration a process must know to live with this one; 0: any. A process that finds one
-- beyond its own does nothing more.
ALTER TABLE migrations ADD COLUMN since BIGINT NOT NULL DEFAULT 0;

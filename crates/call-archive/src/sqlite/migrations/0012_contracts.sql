-- Which migration a process must know to live with this one; 0: any. Of use in PostgreSQL, where
-- processes of two versions work side by side; a folder is opened by no older version.
ALTER TABLE migrations ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

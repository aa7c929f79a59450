# Short names for what one does often. `just` lists them.
default:
    @just --list

# Everything that must hold before a change lands.
ci:
    .ci/run

# The main job, with no account and no server.
demo:
    cargo run -- demo

# The tests.
test:
    cargo test --workspace --locked

# The webhook receiver killed 200 times, with clients that note what was acknowledged.
crash:
    GONG_WEBHOOK_CRASH_ROUNDS=200 cargo test -p gong-webhook --test it --locked -- --nocapture crash

# Fast checks while working.
check:
    cargo fmt --all
    cargo clippy --workspace --all-targets --locked -- -D warnings

# The pages of the reference, from the program itself.
reference:
    GONGKIT_WRITE_REFERENCE=1 cargo test -p gong-cli --test it --locked reference::

# Search quality on the shared dev data, with its baseline.
quality:
    .ci/quality

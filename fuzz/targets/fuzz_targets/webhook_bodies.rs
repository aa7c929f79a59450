#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gongkit_fuzz::webhook_bodies(bytes));
